"""What earlier nights teach about the answers that are to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from domain.cost.call import Call
from domain.job.job import Job
from domain.job.segment import Segment
from domain.placeholders.masking import mask
from domain.requests.expectations import Experience
from domain.settings import Settings
from storage.tables.records import JobRecord
from tasks.estimate.forecast import assessment_frame, tokens_of, translation_frame
from tasks.session.billing import WRONG_USAGE
from tasks.session.guard import guarded

Pair = tuple[str, str]
"""Source and target language, by BCP-47."""

JOBS_A_PAIR = 40
"""Finished jobs of a language pair that are looked at, the newest; reading one takes 10 ms."""

_USABLE = frozenset({"ok", "markup"})


def cost_history(
    jobs: Sequence[Job],
    record: Callable[[str], JobRecord | None],
    pairs: Iterable[Pair],
    settings: Settings,
    *,
    simulated: bool,
) -> dict[Pair, Experience]:
    """What the newest finished jobs of some language pairs came to.

    Args:
        jobs: all there are, in the order of submission.
        record: looks up what is known of one.
        pairs: of the jobs that are to come.
        settings: only calls to its models count.
        simulated: whether calls to the simulator count, or those to real models.
    """
    wanted = set(pairs)
    taken: Counter[Pair] = Counter()
    found: dict[Pair, Experience] = {}
    for job in reversed(jobs):
        pair = job.source_lang, job.target_lang
        if pair not in wanted or not job.status.has_result or job.simulated != simulated:
            continue
        if taken[pair] == JOBS_A_PAIR:
            continue
        # One that can't be read teaches nothing; `verify` tells of it.
        with guarded(lambda _: None):
            known = record(job.job_id)
            if known is not None:
                told = found.get(pair, Experience()) + experience_of(known, settings)
                found[pair] = told
                taken[pair] += 1
    return found


def experience_of(record: JobRecord, settings: Settings) -> Experience:
    """What one job's calls came to, as far as they went to the models that are set."""
    segments = {segment.segment_id: segment for segment in record.segments}
    models = {"assess": settings.judge.model}
    told = Experience()
    for call in record.calls:
        if call.outcome == WRONG_USAGE:
            continue
        if call.usage.total_tokens and call.model == models.get(
            call.task, settings.translators[0].model
        ):
            told = told + _lesson(call, segments)
    return told


def _lesson(call: Call, segments: dict[int, Segment]) -> Experience:
    if call.outcome not in _USABLE:
        return Experience(requests=1)
    one = Experience(requests=1, usable=1)
    ids, output = call.segment_ids, call.usage.output_tokens
    if call.task == "translate":
        sources = [mask(segments[i].source).text for i in ids if i in segments]
        return replace(
            one,
            source_tokens=tokens_of(sources),
            translation_tokens=output - translation_frame(ids),
            translated=len(ids),
        )
    if call.task == "assess" and ids:  # a trial has none
        return replace(one, assessed=len(ids), finding_tokens=output - assessment_frame(ids))
    if call.task == "correct":
        return replace(one, corrected=len(ids), corrections=1)
    return one
