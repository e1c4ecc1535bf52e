"""What code finds in segments by those around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from domain.check_names import CheckName
from domain.checks.around.alike import alike
from domain.checks.around.left import LEFT, left
from domain.checks.around.rows import Rows
from domain.checks.around.swapped import swapped
from domain.checks.quality import Finding
from domain.text.inflection import primary

_CATEGORIES = ("accuracy/mistranslation/same", "accuracy/mistranslation/swapped", LEFT)


def is_from_around(finding: Finding) -> bool:
    """Whether a finding was made by looking at other segments, and may not hold beside others."""
    return finding.source == "check" and finding.category in _CATEGORIES


def look_around(
    rows: Rows, *, source_lang: str, target_lang: str, off: Collection[CheckName] = ()
) -> Mapping[int, tuple[Finding, ...]]:
    """By segment, the errors that show only beside other segments of its document.

    Args:
        rows: segments that have a translation, in the document's order.
        source_lang: BCP-47.
        target_lang: BCP-47.
        off: the checks that are not made.
    """
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    if primary(source_lang) == primary(target_lang):
        return {}
    if CheckName.SAME_TRANSLATION not in off:
        for number, told in alike(rows):
            found[number].append(told)
    if CheckName.SWAPPED not in off:
        for number, told in swapped(rows, source_lang=source_lang, target_lang=target_lang):
            found[number].append(told)
    if CheckName.UNTRANSLATED not in off:
        for number, told in left(rows, source_lang=source_lang, target_lang=target_lang):
            found[number].append(told)
    return {number: tuple(findings) for number, findings in found.items()}
