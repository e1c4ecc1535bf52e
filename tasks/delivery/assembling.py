"""A document put together from its translations, its structure as it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence

from domain.document.plan import Plan
from domain.errors import DocumentError
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
    refused = unwritten(format_, source, output, plan, given, target_lang)
    return output, broken | dict.fromkeys(refused, UNWRITTEN)


def unwritten(
    format_: Format,
    source: bytes,
    output: bytes,
    plan: Plan,
    texts: Mapping[int, str],
    target_lang: str,
) -> tuple[int, ...]:
    """The segments whose translation can't be put in its place, so that it isn't in the output.

    Args:
        source: the document.
        output: the same with its translations in place.
        texts: translations by segment id.
        target_lang: BCP-47.
    """
    given = plan.units(texts)
    if format_.bilingual:
        kept = _left_over(format_, source, given, target_lang)
    else:
        kept = _unchanged(format_, output, plan.units({}), given, target_lang)
    return tuple(s.segment_id for s in plan.segments if s.unit in kept and s.segment_id in texts)


def _left_over(
    format_: Format, source: bytes, given: Sequence[str], target_lang: str
) -> frozenset[int]:
    """Of a format with both languages: the units that would still have no translation, if no one
    had to look at any."""
    try:
        after = format_.extract(format_.assemble(source, given, target_lang), target_lang)
    except DocumentError:
        return frozenset()  # nothing is left to translate
    left = deque(after)
    kept = set()
    for number, unit in enumerate(format_.extract(source, target_lang)):
        if left and left[0] == unit:
            left.popleft()
            kept.add(number)
    return frozenset(kept)


def _unchanged(
    format_: Format, output: bytes, before: Sequence[str], given: Sequence[str], target_lang: str
) -> frozenset[int]:
    """Of a format with one language: the units that stand as before, though given another text."""
    try:
        after = [unit.text for unit in format_.extract(output, target_lang)]
    except DocumentError:
        return frozenset()
    if len(after) != len(before):
        return frozenset()  # a translation without a letter is no unit any more
    return frozenset(
        number
        for number, source in enumerate(before)
        if after[number] == source and given[number].split() != source.split()
    )
