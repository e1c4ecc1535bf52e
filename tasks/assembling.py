"""A document put together from its translations, its structure as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from domain.errors import DocumentError
from domain.plan import Plan
from formats.port import Format

UNWRITTEN = "there is no way to write it in its place that leaves the document as it is"


def assembled(
    format_: Format,
    source: bytes,
    plan: Plan,
    texts: Mapping[int, str],
    target_lang: str,
    unsure: Collection[int] = (),
) -> tuple[bytes, dict[int, str]]:
    """A document with its translations in place, save those that would change its structure.

    Halves the segments until the culprits are alone; a sound document costs one comparison. Of
    translations that only break it together, those that come first stay.

    Args:
        texts: translations by segment id.
        target_lang: BCP-47.
        unsure: segments whose translations stand and have to be looked at by people.

    Returns:
        The document, and how each segment that was left out would have changed it.
    """

    def tried(some: Sequence[int]) -> tuple[bytes, str | None]:
        units = plan.units({i: texts[i] for i in some})
        undone = plan.undone([i for i in some if i not in unsure])
        output = format_.assemble(source, units, target_lang, undone)
        return output, format_.same_structure(source, output) if some else None

    def culprits(sound: Sequence[int], some: Sequence[int]) -> dict[int, str]:
        found = tried([*sound, *some])[1]
        if found is None:
            return {}
        if len(some) == 1:
            return {some[0]: found}
        first, second = some[: len(some) // 2], some[len(some) // 2 :]
        broken = culprits(sound, first)
        return broken | culprits([*sound, *(i for i in first if i not in broken)], second)

    every = sorted(texts)
    output, found = tried(every)
    broken: dict[int, str] = {}
    if found is not None:
        broken = culprits([], every)
        output = tried([i for i in every if i not in broken])[0]
    given = {i: text for i, text in texts.items() if i not in broken}
    refused = unwritten(format_, output, plan, given, target_lang)
    return output, broken | dict.fromkeys(refused, UNWRITTEN)


def unwritten(
    format_: Format, output: bytes, plan: Plan, texts: Mapping[int, str], target_lang: str
) -> tuple[int, ...]:
    """The segments whose unit stands as in the source, since its translation can't be put there.

    Args:
        output: the document with its translations in place.
        texts: translations by segment id.
        target_lang: BCP-47.
    """
    if format_.bilingual:
        return ()  # a unit without a target says so itself
    before, given = plan.units({}), plan.units(texts)
    try:
        after = [unit.text for unit in format_.extract(output, target_lang)]
    except DocumentError:
        return ()
    if len(after) != len(before):
        return ()  # a translation without a letter is no unit any more
    kept = {
        number
        for number, source in enumerate(before)
        if after[number] == source and given[number].split() != source.split()
    }
    return tuple(s.segment_id for s in plan.segments if s.unit in kept and s.segment_id in texts)
