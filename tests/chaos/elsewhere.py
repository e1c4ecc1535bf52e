"""Places at which no fault is set off for a job, each with the reason."""

from __future__ import annotations

MODULES: dict[str, str] = {
    "flows.maintenance": "no night: it works on no job",
    "flows.quiet": "a night in which no job waits",
    "tasks.maintenance": "no night: it works on no job",
    "tasks.delivery.exchange": "no night: it works on no job",
    "flows.night": "what all jobs of a night have in common, before it begins",
    "flows.run_setup": "what all jobs of a night have in common",
    "tasks.run.run_context": "what all jobs of a night have in common",
    "tasks.run.night_record": "the night's own row",
    "flows.prefect.reconciling": "what Prefect shows of dead nights; no night depends on it",
    "tasks.intake.inbox": "before there is a job: tests/integration/test_inbox.py",
    "tasks.intake.putting_away": "before there is a job: tests/integration/test_inbox.py",
    "tasks.intake.queueing": "before there is a job: tests/integration/test_intake.py",
    "tasks.session.rehearsed": "before there is a job: tests/integration/test_rehearsed.py",
    "tasks.session.guard": "the guard itself",
    "tasks.delivery.webhook_sender": "after a job: tests/integration/test_webhooks.py",
    "flows.prefect.environment": "Prefect's server, before a night begins",
    "flows.prefect.server_process": "Prefect's server, before a night begins",
    "flows.prefect.server_users": "Prefect's server, before a night begins",
    "flows.spread": "needs workers: tests/e2e/test_spread.py",
}
"""Whole modules."""

ELSEWHERE: dict[str, str] = {
    "flows.job_group.taking_up._lease_and_open.open_one: run.lake.leave": (
        "a job that another night has ended just now"
    ),
    "flows.job_group.taking_up._is_held: run.leases.release": (
        "a job that another night has sealed just now"
    ),
    "flows.preparing._left.read: run.lake.live_jobs": (
        "of all jobs together; by halves where that fails"
    ),
    "flows.preparing._left.read_all: run.lake.live_ids": ("of no job"),
    "flows.job_group.working._through_the_stages: for session in ready": (
        "what is in memory, of jobs that are finalized"
    ),
    "flows.nightly._alone: for job in jobs": (
        "needs three kills: tests/integration/storage/test_leases.py"
    ),
    "flows.nightly._round: for number in list(shards)": ("numbers of shards"),
    "flows.preparing.counted_segments.count: run.documents.size": ("needs a kill"),
    "tasks.requests.asking._stop: its beginning": (
        "needs a night that is told to end; guarded as its stage"
    ),
    "tasks.requests.asking._is_taken: its beginning": ("needs a refusal; guarded as its stage"),
    "tasks.correction._unusable: its beginning": (
        "needs an engine that fails; guarded as its stage"
    ),
    "tasks.delivery.outbox._placed: write_file": (
        "needs two documents of one name; guarded as the delivery"
    ),
    "tasks.delivery.outbox._put: write_file": ("knows of no job; guarded as the delivery"),
    "tasks.delivery.outbox._put: sync_folder": ("knows of no job; guarded as the delivery"),
    "tasks.session.job_session.JobSession.commit: self.run.lake.jot": (
        "come by only after another fault"
    ),
    "tasks.session.job_session.JobSession.commit: leases.progressed": (
        "needs a kill; guarded as its stage"
    ),
    "tasks.run.night_memory.NightMemory.prepare: self._stored.units": (
        "of all jobs of a group; then each alone"
    ),
    "tasks.run.night_memory.NightMemory.prepare: self._stored.imported": (
        "of all jobs of a group; then each alone"
    ),
    "tasks.run.night_memory.NightMemory.holds_imports: self._stored.holds_imports": ("of no job"),
    "tasks.requests.outcomes.unanswered: its beginning": (
        "needs an engine that fails; guarded as its stage"
    ),
    "tasks.requests.outcomes.unjudged: its beginning": (
        "needs an engine that fails; guarded as its stage"
    ),
    "tasks.qa._unscored: its beginning": ("needs an engine that fails; guarded as its stage"),
    "tasks.requests.trials._decided: its beginning": (
        "needs a judge that nothing is known of: tests/integration/test_judges.py"
    ),
    "tasks.requests.trials._tried: its beginning": (
        "needs a judge that nothing is known of: tests/integration/test_judges.py"
    ),
    "tasks.requests.trials._is_out: its beginning": (
        "needs a kill in batches; guarded as its stage"
    ),
    "tasks.run.judges.Judges.get: Trials": "of no job alone: tests/integration/test_judges.py",
    "tasks.run.judges.Judges.add: Trials": "of no job alone: tests/integration/test_judges.py",
    "tasks.requests.refusals.is_for_its_text: its beginning": (
        "needs a refusal; guarded as its stage"
    ),
    "tasks.requests.refusals._of_others: its beginning": ("needs a refusal; guarded as its stage"),
    "tasks.requests.chain.passed_on: its beginning": (
        "needs a refusal or an engine that fails; guarded as its stage"
    ),
    "tasks.translator._passed_on: its beginning": (
        "needs a refusal or an engine that fails; guarded as its stage"
    ),
    "tasks.translator._with_fewer: its beginning": (
        "needs markup that is lost twice; guarded as its stage"
    ),
    "tasks.reuse.recall.prepare: for session in sessions": ("come by only after another fault"),
    "flows.nightly._finish_for_dead_nights: run.lake.sweep": "of no job",
    "flows.nightly._clear_outbox: run.leases.dead": "of no job",
    "flows.preparing._of_dead_nights: run.leases.living": "of nights, not of jobs",
    "flows.preparing.counted_segments: run.leases.was_killed": "of a night, not of a job",
    "flows.sealing._owe: webhooks_of": "of no job",
    "flows.sealing.telling: webhooks_of": "of no job",
    "flows.translate_job._name: run.lake.load": "a run on demand, of that job alone",
    "tasks.delivery.outbox.write_report: write_file": "the night's report, of all jobs together",
    "tasks.delivery.report._left: for job in jobs": "what is in memory, of all jobs together",
    "tasks.delivery.report.not_understood: for job in jobs": (
        "what is in memory, of all jobs together"
    ),
    "tasks.delivery.outbox.write_jobs: write_file": "the night's report, of all jobs together",
    "tasks.delivery.outbox._remarks: ReadModel": "the night's report, of all jobs together",
    "flows.estimates._unasked.opened_with: BatchLog": "of no job",
    "flows.estimates._foreseen: ReadModel": "of no job",
    "flows.estimates._foreseen: read_model.jobs": "of no job",
    "flows.estimates._foreseen: Memory": "of no job",
}

HARMLESS: dict[str, str] = {
    "flows.nightly._is_elsewhere: run.leases.held": "then the shard is looked at by its own run",
    "flows.nightly._is_elsewhere: run.lake.load": "then the shard is looked at by its own run",
    "flows.nightly._is_elsewhere: for job in shard": "then the shard is looked at by its own run",
    "flows.preparing._fatal.look: run.leases.kills": "then it is led with the others",
    "flows.estimates._open_records.add: read_model.record": "then as if nothing were done",
    "tasks.estimate.cost_history.cost_history: for job in reversed(jobs)": "it teaches nothing",
    "flows.estimates._Expectations.of: self._read_model.record": "then it teaches nothing",
    "tasks.estimate.estimating.sampled: for session in _sessions(run, some, [])": (
        "then it is not counted as a sample"
    ),
    "flows.job_group.letting_go.free.give_back: run.leases.release": (
        "the lease ends with the night"
    ),
    "flows.job_group.letting_go.free: run.lake.each": "the leases end with the night",
}
"""Places where a fault changes nothing for its job either."""

HEALED: dict[str, str] = {
    "flows.job_group.taking_up._is_held: run.leases.take": (
        "its group is taken by halves after another's"
    ),
    "flows.job_group.taking_up._is_held: run.lake.hold": (
        "its group is taken by halves after another's"
    ),
}
"""Places where a fault that is there once may be gone when the step is done again: then the job is
completed as if there had been none."""

SEALED: dict[str, str] = {
    "tasks.delivery.outbox._remarks.look: read_model.record": "its error log is sealed by then",
}
"""Places where a fault is told in the report and in JSON alone."""
