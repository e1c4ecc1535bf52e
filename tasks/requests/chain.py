"""Which of several models is asked about a segment, and how what one can't do goes to the next.

What a segment's row says of it decides, so that a run that takes a job up goes on where it stood.
"""

from __future__ import annotations

from dataclasses import replace

from domain.document.segment_windows import Ids
from domain.errors import JobRefused, Unanswered
from domain.job.job import Step
from domain.job.segment import Segment
from domain.named_models import NamedModel
from tasks.session.job_session import JobSession


def translator_of(session: JobSession, segment_id: int) -> NamedModel:
    """The model that is asked to translate a segment, or to correct it.

    The first that has not declined it and may be able to; where there is none, the last.
    """
    *firsts, last = session.run.settings.translators
    segment, can = session.segments[segment_id], session.run.abilities.can
    is_begun = segment.answer is not None  # by one that can
    return next(
        (m for m in firsts if str(m) not in segment.declined and (is_begun or can(m, "translate"))),
        last,
    )


def next_after(session: JobSession, ids: Ids, asked: NamedModel | None = None) -> NamedModel | None:
    """The model that segments of one model go to next; None at the chain's end.

    Args:
        session: their job.
        ids: the segments.
        asked: who was asked about them; None is who is asked now.
    """
    chain = session.run.settings.translators
    rest = chain[chain.index(asked or translator_of(session, ids[0])) + 1 :]
    declined = session.segments[ids[0]].declined
    return next((model for model in rest if str(model) not in declined), None)


def by_model(session: JobSession, ids: Ids, task: str) -> list[Ids]:
    """Segments as they may be asked about together: of one model, and no more than it takes."""
    settings = session.run.settings
    parts: list[Ids] = []
    for model in dict.fromkeys(translator_of(session, i) for i in ids):
        own = tuple(i for i in ids if translator_of(session, i) == model)
        most = session.run.takes(model, task, settings.most_segments(model.model))
        parts += [own[start : start + most] for start in range(0, len(own), most)]
    return parts


async def passed_on(
    session: JobSession,
    ids: Ids,
    error: Unanswered | JobRefused,
    step: Step,
    asked: NamedModel | None = None,
) -> bool:
    """Commit segments as declined by the model that was asked.

    Args:
        session: their job.
        ids: segments of one model.
        error: why it has no translation of them.
        step: where, for the error log.
        asked: who was asked; None is who is asked now.

    Returns:
        Whether there is a next model, which is to be asked then; else nothing was done.
    """
    asked = asked or translator_of(session, ids[0])
    following = next_after(session, ids, asked)
    if following is None:
        return False
    kind = error.kind if isinstance(error, Unanswered) else "job_refused"
    did = "refused" if isinstance(error, JobRefused) or error.for_good else "gave nothing usable"
    said = f"{asked} {did}, and {following} is asked: {error}"
    await session.commit(
        *(declined(session, i, asked) for i in ids),
        errors=[session.error(i, kind, said, step) for i in ids],
    )
    return True


def declined(session: JobSession, segment_id: int, asked: NamedModel | None = None) -> Segment:
    """A segment that goes to the next model; `asked` is who was asked, None who is asked now."""
    segment = session.segments[segment_id]
    names = (*segment.declined, str(asked or translator_of(session, segment_id)))
    return replace(segment, declined_by=", ".join(names))
