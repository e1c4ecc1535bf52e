"""A stored document, taken apart."""

from __future__ import annotations

from domain.briefing import Briefing
from domain.document.annotations import annotated
from domain.document.coverage import LeftReason, words_left
from domain.document.plan import Plan, plan
from domain.job.job import Job
from domain.placeholders.protection import Protection
from formats.registry import by_name, dialect_of, left_by
from tasks.run.run_context import RunContext


def briefing_of(run: RunContext, job: Job) -> Briefing:
    """A job's briefing.

    Raises:
        LakeError: it is not in the store.
    """
    return Briefing.model_validate_json(run.documents.get(job.briefing))


def protection_of(job: Job, briefing: Briefing) -> Protection:
    """What stays as it is in a job's texts, beside markup and variables.

    Raises:
        DocumentError: its format is unknown.
    """
    return Protection(dialect_of(job.format).protect, briefing.protect)


def planned(run: RunContext, job: Job, briefing: Briefing) -> Plan:
    """The segments of a job's document, as its briefing wants them.

    Raises:
        DocumentError: the document can't be taken apart.
        LakeError: it is not in the store.
    """
    units = by_name(job.format).extract(run.documents.get(job.document), job.target_lang)
    units = annotated(units, briefing)
    protection = protection_of(job, briefing)
    return plan(units, briefing.source_lang, briefing.target_lang, briefing.paths, protection)


def left_of(run: RunContext, job: Job, of_it: Plan) -> dict[LeftReason, int]:
    """Words of a job's document that stay as they are, by the reason.

    Args:
        of_it: the document taken apart.

    Raises:
        DocumentError: the document can't be read.
        LakeError: it is not in the store.
    """
    data = run.documents.get(job.document)
    return words_left(of_it.unasked, left_by(by_name(job.format), data, job.target_lang))
