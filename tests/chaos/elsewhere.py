"""Places at which no fault is set off for a job, each with the reason."""

from __future__ import annotations

MODULES: dict[str, str] = {
    "flows.maintenance": "no night: it works on no job",
    "tasks.maintenance": "no night: it works on no job",
    "tasks.exchange": "no night: it works on no job",
    "flows.night": "what all jobs of a night have in common, before it begins",
    "flows.desks": "what all jobs of a night have in common",
    "tasks.desk": "what all jobs of a night have in common",
    "tasks.night_record": "the night's own row",
    "flows.reconciling": "what Prefect shows of nights that are dead; no night depends on it",
    "tasks.inbox": "before there is a job: tests/integration/test_inbox.py",
    "tasks.putting_away": "before there is a job: tests/integration/test_inbox.py",
    "tasks.queueing": "before there is a job: tests/integration/test_intake.py",
    "tasks.rehearsed": "before there is a job: tests/integration/test_rehearsed.py",
    "tasks.jobwork": "the guard itself",
    "tasks.courier": "after a job: tests/integration/test_webhooks.py",
    "flows.spread": "needs workers: tests/e2e/test_spread.py",
}
"""Whole modules."""

ELSEWHERE: dict[str, str] = {
    "flows.nightly._recovered: desk.lake.sweep": "of no job",
    "flows.nightly._clear_outbox: desk.leases.dead": "of no job",
    "flows.nightly._of_dead_nights: desk.leases.living": "of nights, not of jobs",
    "flows.nightly.counted_segments: desk.leases.was_killed": "of a night, not of a job",
    "flows.sealing._owe: webhooks_of": "of no job",
    "flows.sealing.telling: webhooks_of": "of no job",
    "flows.translate_job._name: desk.lake.load": "a run on demand, of that job alone",
    "tasks.delivery.write_report: write_file": "the night's report, of all jobs together",
    "tasks.delivery.write_jobs: write_file": "the night's report, of all jobs together",
    "tasks.delivery._remarks: ReadModel": "the night's report, of all jobs together",
    "flows.estimates._foreseen: ReadModel": "of no job",
    "flows.estimates._foreseen: read_model.jobs": "of no job",
    "flows.estimates._foreseen: Memory": "of no job",
    "flows.estimates._unasked.opened_with: batch_log_of": "of no job",
}

HARMLESS: dict[str, str] = {
    "flows.nightly._is_elsewhere: desk.leases.held": "then the shard is looked at by its own run",
    "flows.nightly._is_elsewhere: desk.lake.load": "then the shard is looked at by its own run",
    "flows.nightly._is_elsewhere: for job in shard": "then the shard is looked at by its own run",
    "flows.nightly._fatal.look: desk.leases.kills": "then it is led with the others",
    "flows.jobs._free.free: desk.leases.release": "the lease ends with the night",
    "flows.jobs._free: desk.lake.each": "the leases end with the night",
}
"""Places where a fault changes nothing for its job either."""
