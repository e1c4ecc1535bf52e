"""Texts that a workbook compares its cells with, so that a cell that says one of them must stay.

`=COUNTIF(A:A,"Open")` counts nothing any more once the cells read `Offen`. Nor does a drop-down
know a value that it doesn't list, a conditional format or a filter one that it doesn't name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate

from lxml import etree

from formats.common.prose import has_prose
from formats.office.xlsx import xstrings
from formats.office.xlsx.cells import S

_X14_FORMULA = "{http://schemas.microsoft.com/office/excel/2006/main}f"
FORMULAS = (
    *(
        f"{S}{name}"
        for name in (
            "f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula",
            "totalsRowFormula",
        )
    ),
    _X14_FORMULA,
)  # fmt: skip
"""The tags of formulas: of cells, names, tables, conditional formats and validations.

Of newer kinds the formulas have a namespace of their own."""

NAMED = "formulas, drop-downs, conditional formats or filters name them"
"""Why a cell of such a text is kept."""

_LITERAL = re.compile(r"'(?:[^']|'')*+'|\"((?:[^\"]|\"\")*+)\"")
_SOUGHT = re.compile(
    r"""(?:\b(?:SEARCH|FIND)B?\(\s*+
      | \b(?:LEFT|RIGHT|MID)B?\([^()"]{1,200}\)\s*+(?:=|<>)\s*+ ) "((?:[^"]|"")++)" """,
    re.IGNORECASE | re.VERBOSE,
)
_INDIRECT = re.compile(r"\bINDIRECT\(", re.IGNORECASE)
_OPERATOR = re.compile(r"<>|<=|>=|[=<>]")
_WILDCARD = re.compile(r"~([*?~])|([*?])|(\[)")
_MOST_PARTS = 300
_MOST_PATTERNS = 100
"""So many that no workbook takes long: each is looked for in each text."""

_CONTAINED = ("containsText", "notContainsText", "beginsWith", "endsWith")
"""Kinds of conditional formats that look for a part of a cell's text."""


@dataclass(slots=True)
class Compared:
    """The texts that a workbook compares cells with; letter case counts nothing, as in Excel."""

    _wholes: set[str] = field(default_factory=set)
    _parts: set[str] = field(default_factory=set)
    _starts: tuple[str, ...] = ()
    _ends: tuple[str, ...] = ()
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def has(self, text: str) -> bool:
        """Whether a cell of this text is found by one of them."""
        folded = text.casefold()
        return (
            folded.strip() in self._wholes
            or folded.startswith(self._starts)
            or folded.endswith(self._ends)
            or any(part in folded for part in self._parts)
            or any(pattern.match(folded) for pattern in self._patterns.values())
        )

    def _take(self, literal: str) -> None:
        """A text that is compared with a cell's whole text, as criteria are (`<>Done`, `Op*`)."""
        operator = _OPERATOR.match(literal)
        for text in {literal, literal[operator.end() :] if operator else literal}:
            if not has_prose(text):
                continue
            folded = text.casefold()
            self._wholes.add(folded.strip())
            if _has_word(folded) and _WILDCARD.search(folded):
                self._take_pattern(folded)

    def _take_pattern(self, pattern: str) -> None:
        """A text with wildcards that a cell's whole text is compared with."""
        bare = pattern.strip("*")
        if _WILDCARD.search(bare) or "~" in bare:
            if len(self._patterns) < _MOST_PATTERNS:
                self._patterns[pattern] = re.compile(translate(_WILDCARD.sub(_globbed, pattern)))
        elif pattern.startswith("*") and pattern.endswith("*"):
            self._take_part(bare)
        elif pattern.endswith("*"):
            self._starts = (*self._starts, bare)[:_MOST_PARTS]
        else:
            self._ends = (*self._ends, bare)[:_MOST_PARTS]

    def _take_part(self, literal: str) -> None:
        """A text that is looked for within a cell's."""
        if _has_word(literal) and len(self._parts) < _MOST_PARTS:
            self._parts.add(literal.casefold())


def compared(workbook: etree._Element, roots: Sequence[etree._Element]) -> Compared:
    """The texts that a workbook compares cells with.

    Taken are all texts in formulas, since a formula's result may be counted in its turn; what
    `SEARCH` and the like look for is taken as a part of a cell's text, where it has two letters at
    least. Where a formula reads references from texts (`INDIRECT`), so are the names of sheets,
    ranges and tables.

    Args:
        workbook: the root of its part.
        roots: of its sheets and tables.
    """
    found = Compared()
    indirect = False
    for root in (workbook, *roots):
        for node in root.iter(*FORMULAS):
            formula = node.text or ""
            indirect = indirect or _INDIRECT.search(formula) is not None
            _take_formula(found, node, formula)
        _take_filters(found, root)
    if indirect:
        for name in _names(workbook, roots):
            found._take(name)
            found._take(name.replace("_", " "))
    return found


def _take_formula(found: Compared, node: etree._Element, formula: str) -> None:
    for match in _LITERAL.finditer(formula):
        literal = (match[1] or "").replace('""', '"')
        found._take(literal)
        if _is_list(node):
            for item in literal.split(","):
                found._take(item)
    for match in _SOUGHT.finditer(formula):
        found._take_part(match[1].replace('""', '"'))


def _is_list(node: etree._Element) -> bool:
    """Whether a formula gives the items of a drop-down."""
    around = node.getparent()
    if around is not None and node.tag == _X14_FORMULA:
        around = around.getparent()
    return around is not None and around.get("type") == "list"


def _take_filters(found: Compared, root: etree._Element) -> None:
    for node in root.iter(f"{S}filter", f"{S}customFilter"):
        found._take(xstrings.read(node.get("val", "")))
    for rule in root.iter("{*}cfRule"):
        if rule.get("type") in _CONTAINED:
            found._take_part(xstrings.read(rule.get("text", "")))


def _names(workbook: etree._Element, roots: Sequence[etree._Element]) -> Iterator[str]:
    for node in workbook.iter(f"{S}sheet", f"{S}definedName"):
        yield node.get("name", "")
    for root in roots:
        if root.tag == f"{S}table":
            yield root.get("displayName", "")


def _has_word(text: str) -> bool:
    """Whether a text is more than a letter, which is in nearly every text."""
    return sum(map(str.isalpha, text)) > 1 or any(c.isalpha() and ord(c) > 0x2E7F for c in text)


def _globbed(match: re.Match[str]) -> str:
    """A wildcard of Excel's as `fnmatch` writes it; `~` makes a character of it."""
    if match[1]:
        return match[1] if match[1] == "~" else f"[{match[1]}]"
    return match[2] or "[[]"
