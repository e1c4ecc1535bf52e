"""Lines that a dialect reads as marks of its own: they stay, but for texts that readers see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.marks import line_of, stays, text_in_mark

INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]
"""What a rule's lines may end, as the parser names it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of line that stays.

    Attributes:
        pattern: of the whole line without its indentation, which begins with no letter and no
            digit, so that lines of prose are passed over at once; its group `text` is one that
            readers see.
        texts: finds others within the line; its group `text` is one.
        until: of the last line, where all from this one to that stay; a group `mark` of the first
            line must be the same in the last one. Without such a last line the first is text.
        role: of the texts.
        body: whether lines that are indented deeper than this one stay with it.
    """

    pattern: re.Pattern[str]
    texts: re.Pattern[str] | None = None
    until: re.Pattern[str] | None = None
    role: str = "title"
    body: bool = False


def reading(name: str, kinds: Sequence[Line], parser: MarkdownIt) -> None:
    """Have a parser read lines of these kinds.

    Args:
        name: of its rule.
        kinds: the first one that fits counts.
        parser: gets the rule.
    """

    def rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        if state.src[start : start + 1].isalnum():
            return False
        if state.is_code_block(line) or state.sCount[line] < state.blkIndent:
            return False
        text = line_of(state, line)
        for kind in kinds:
            match = kind.pattern.fullmatch(text)
            last = _last(state, kind, match, line, end) if match else None
            if match and last is not None:
                return silent or _read(state, kind, match, line, last)
        return False

    parser.block.ruler.before("table", name, rule, {"alt": INTERRUPTS})


def _last(state: StateBlock, kind: Line, match: re.Match[str], line: int, end: int) -> int | None:
    """The line behind the last one; None where it is not to be found."""
    following = range(line + 1, end)
    if kind.body:
        inside = (state.isEmpty(n) or state.sCount[n] > state.sCount[line] for n in following)
        deeper = 1 + next((n for n, deep in enumerate(inside) if not deep), len(following))
        while state.isEmpty(line + deeper - 1) and deeper > 1:
            deeper -= 1
        return line + deeper
    if kind.until is None:
        return line + 1
    mark = match.groupdict().get("mark")
    for number in following:
        if not state.isEmpty(number) and state.sCount[number] < state.blkIndent:
            return None
        last = kind.until.fullmatch(line_of(state, number))
        if last and last.groupdict().get("mark") == mark:
            return number + 1
    return None


def _read(state: StateBlock, kind: Line, match: re.Match[str], line: int, last: int) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    texts = list(_texts(kind, match))
    stays(state, line, last, [match.string[slice(*span)] for span in texts])
    for first, end in texts:
        text_in_mark(state, line, start + first, start + end, kind.role)
    state.line = last
    return True


def _texts(kind: Line, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    if match.groupdict().get("text"):
        yield match.span("text")
    if kind.texts:
        found = (one.span("text") for one in kind.texts.finditer(match.string))
        yield from ((start, end) for start, end in found if start < end)
