"""Notes on terms and texts that earlier documents of the night translate otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.glossary.renderings import Rendering
from domain.job.segment import Segment, SegmentStatus
from domain.placeholders.masking import strip
from domain.reuse.night_keys import NightKeys
from storage.control.first_uses import Use
from tasks.session.job_session import JobSession

Told = tuple[int | None, str]
"""A segment's id, None for the whole job, and a message."""


def night_notes(
    session: JobSession, terms: Sequence[Rendering], segments: Sequence[Segment]
) -> Iterator[Told]:
    """What differs from earlier documents; what has no earlier one is kept for later ones.

    Args:
        terms: what the job's loose terms became.
        segments: as they are to stay; only what is done counts.
    """
    keys = NightKeys(session.briefing, session.job.owner)
    terms_by_key = {keys.term(term.term): term for term in terms}
    texts_by_key: dict[str, list[Segment]] = {}
    for segment in segments:
        key = _key(session, keys, segment) if segment.status is SegmentStatus.DONE else None
        if key is not None:
            texts_by_key.setdefault(key, []).append(segment)
    uses = {
        **{key: _use(session, term.usual) for key, term in terms_by_key.items()},
        **{key: _use(session, _text(same[0])) for key, same in texts_by_key.items()},
    }
    first = session.run.first_uses.settle(uses, session.run.clock.now())
    earlier = {key: use for key, use in first.items() if use.content_key != session.job.content_key}
    for key, term in terms_by_key.items():
        if key in earlier:
            yield from _of_term(term, earlier[key])
    for key, same in texts_by_key.items():
        if key in earlier:
            yield from _of_text(same, earlier[key])


def _of_term(term: Rendering, before: Use) -> Iterator[Told]:
    if not term.follows(before.translation):
        yield (
            None,
            f"The term {term.term!r} is {term.usual!r} in this document, but "
            f"{before.translation!r} in {before.document!r}.",
        )


def _of_text(same: Sequence[Segment], before: Use) -> Iterator[Told]:
    for segment in same:
        if _text(segment).casefold() != before.translation.casefold():
            other = strip(before.translation).strip()
            message = f"The same text is translated as {other!r} in {before.document!r}."
            yield segment.segment_id, message


def _key(session: JobSession, keys: NightKeys, segment: Segment) -> str | None:
    part = session.document.plan.segments[segment.segment_id]
    return keys.text(
        session.document.masked(segment.segment_id).text,
        session.terms.within(segment.segment_id),
        note=part.note,
        max_chars=part.max_chars,
        text_context=part.context,
    )


def _text(segment: Segment) -> str:
    return (segment.answer or "").strip()


def _use(session: JobSession, translation: str) -> Use:
    return Use(translation, session.job.source_path, session.job.content_key)
