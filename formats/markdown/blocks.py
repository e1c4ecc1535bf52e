"""Where a Markdown document's text stands: for each block the exact places of its lines.

The parser says on which lines of the document a block's content stands, and that content line by
line, without the marks of lists and quotes around it. Each content line is looked for at the end of
its line of the document. Where it is not found there exactly, the block is left untouched: places
are never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markdown_it.token import Token

from formats.markdown.dialects import Dialect
from formats.markdown.parser import inline
from formats.markdown.syntax.marks import TEXT
from formats.markdown.writing.escape import UNDERLINE, opens_a_block

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTAINER_MARKS = re.compile(r"[ \t]*+(?:(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))[ \t]*+)*+")
_LAST_BACKSLASH = re.compile(r"(?<!\\)(?:\\\\)*+(\\)$")
_HEADING = re.compile(r"#{1,6}[ \t]*")
HEADING_ID = re.compile(r"[ \t]*\{(?:[ \t]*(?:[#.:]|[A-Za-z][\w-]*=)[^{}]*|-|/\*[^{}]*\*/)\}$")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_CAPTION = re.compile(r":[ \t]+(?=\S)")
_ALERT = re.compile(r"\[![A-Za-z]+\][-+]?")
_LONGEST_LOOKED_INTO = 100_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that belongs together, on one line or on several that follow each other.

    Attributes:
        kind: `paragraph` (and headings with an underline), `heading` (behind `#`), `cell` or
            `mark` (within a line that stays).
        role: the unit's.
        spans: start and end of its part of each line, without marks and outer white space.
        first_on_line: whether nothing but list and quote marks stands before it.
        below: the line below in the same block, or what stands for a heading's underline.
    """

    kind: str
    role: str
    spans: tuple[Span, ...]
    first_on_line: bool = True
    below: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    opening: Token
    content: Token
    in_list: bool


def stretches(text: str, tokens: Sequence[Token], dialect: Dialect) -> list[Stretch]:
    """All of a document's text that could be found exactly, in its order.

    Args:
        text: the document.
        tokens: its blocks.
        dialect: that they were read in.
    """
    rows = rows_of(text)
    found: list[Stretch] = []
    of_a_cell = ("th_open", "td_open")
    for (is_cell, line), group in groupby(
        _text_blocks(tokens),
        lambda block: (block.opening.type in of_a_cell, (block.content.map or [0])[0]),
    ):
        if is_cell:
            found += _cells(text, rows[line], [block.content.content for block in group], dialect)
        else:
            for block in group:
                found += _lines(text, rows, block, dialect) if block.content.content else []
    return found


def rows_of(text: str) -> list[Span]:
    """Start and end of each line, without its end."""
    ends = list(_LINE_END.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    return list(zip(starts, [*(end.start() for end in ends), len(text)], strict=True))


def _text_blocks(tokens: Sequence[Token]) -> Iterator[_Block]:
    containers: list[str] = []
    opening: Token | None = None
    for token in tokens:
        if token.type in ("list_item_open", "blockquote_open"):
            containers.append(token.type)
        elif token.type in ("list_item_close", "blockquote_close"):
            containers.pop()
        if token.type == "inline" and opening is not None and token.map:
            yield _Block(opening, token, containers[-1:] == ["list_item_open"])
        opening = token


def _lines(text: str, rows: Sequence[Span], block: _Block, dialect: Dialect) -> list[Stretch]:
    first = (block.content.map or [0])[0]
    if block.opening.type == "heading_open":
        if block.opening.markup.startswith("#"):
            return _heading(text, rows[first], block.content.content, dialect)
        role, last, below = "heading", (block.opening.map or [0, 0])[1] - 1, UNDERLINE
    elif block.opening.type == TEXT:
        return _within_mark(text, rows[first], block)
    elif block.opening.type in ("paragraph_open", "dt_open"):
        role = "list_item" if block.in_list else "paragraph"
        last, below = max(first + 1, (block.opening.map or [0, 0])[1]), ""
    else:
        return []
    spans = _suffixes(text, rows[first:last], block.content.content)
    if spans is None:
        return []
    parts = _parted(text, spans, block.content.content, dialect)
    parts[0] = _without_marks(text, parts[0], role)
    firsts = [text[slice(*part[0])] for part in parts[1:]]
    return [
        Stretch("paragraph", role, tuple(part), below=line_below)
        for part, line_below in zip(parts, [*firsts, below], strict=True)
        if part
    ]


def _within_mark(text: str, row: Span, block: _Block) -> list[Stretch]:
    start = row[0] + block.opening.meta["column"]
    end = start + len(block.content.content)
    if text[start:end] != block.content.content:
        return []
    return [Stretch("mark", block.opening.info, ((start, end),), first_on_line=False)]


def _suffixes(text: str, rows: Sequence[Span], content: str) -> list[Span] | None:
    """The place of each content line at the end of its row."""
    wanted = [line.strip() for line in content.split("\n")]
    if len(wanted) != len(rows):
        return None
    spans = []
    for (start, end), line in zip(rows, wanted, strict=True):
        end = start + len(text[start:end].rstrip())
        if not line or not text.endswith(line, start, end):
            return None
        spans.append((end - len(line), end))
    return spans


def _heading(text: str, row: Span, content: str, dialect: Dialect) -> list[Stretch]:
    start, end = row
    hashes = text.find("#", start, end)
    marks = _HEADING.match(text, hashes, end) if hashes >= 0 else None
    if not marks or not text.startswith(content, marks.end(), end):
        return []
    start = marks.end()
    end = start + len(content)
    if text[end : row[1]].strip(" \t#"):
        return []
    if identifier := HEADING_ID.search(content):
        end = start + identifier.start()
    elif dialect.eaten and (eaten := re.search(dialect.eaten, content)):
        end = start + len(content[: eaten.start()].rstrip())
    return [Stretch("heading", "heading", ((start, end),))] if start < end else []


def _parted(text: str, spans: list[Span], content: str, dialect: Dialect) -> list[list[Span]]:
    """The lines parted behind hard breaks, so that each break keeps its place.

    A break inside emphasis or a link parts nothing, or their marks would be torn apart.
    """
    hard = []
    for number, (start, end) in enumerate(spans[:-1]):
        backslash = _LAST_BACKSLASH.search(text, start, end)
        if backslash:
            spans[number] = (start, backslash.start(1))
        hard.append(bool(backslash) or text.startswith("  ", end))
    if not any(hard) or len(content) > _LONGEST_LOOKED_INTO:
        return [spans]
    breaks = _outer_hard_breaks(content, dialect)
    if len(breaks) != len(hard):
        return [spans]
    parts: list[list[Span]] = [[]]
    for span, parted in zip(spans, [*breaks, False], strict=True):
        parts[-1].append(span)
        if parted:
            parts.append([])
    return parts


def _outer_hard_breaks(content: str, dialect: Dialect) -> list[bool]:
    """For each line break whether it is a hard one outside all marks."""
    depth = 0
    breaks = []
    for token in inline(content, dialect):
        depth += token.nesting
        if token.type in ("softbreak", "hardbreak"):
            breaks.append(token.type == "hardbreak" and depth == 0)
    return breaks


def _without_marks(text: str, spans: list[Span], role: str) -> list[Span]:
    """The lines without a task's box, an alert's `[!NOTE]`, a heading's `{#id}` or the `:` of a
    table's caption."""
    start, end = spans[0]
    if role == "list_item" and (task := _TASK.match(text, start, end)):
        return [(task.end(), end), *spans[1:]]
    if role == "heading" and (identifier := HEADING_ID.search(text, *spans[-1])):
        return [*spans[:-1], (spans[-1][0], identifier.start())]
    if role == "paragraph" and (caption := _CAPTION.match(text, start, end)):
        return [(caption.end(), end), *spans[1:]]
    if role == "paragraph" and _ALERT.fullmatch(text, start, end):
        return spans[1:]
    return spans


def _cells(text: str, row: Span, contents: Sequence[str], dialect: Dialect) -> list[Stretch]:
    marks = _CONTAINER_MARKS.match(text, *row)
    start = marks.end() if marks else row[0]
    spans = _split_row(text, start, row[1])
    found = [text[start:end].replace(r"\|", "|") for start, end in spans]
    if found and spans[0][0] == start and opens_a_block(found[0], dialect):
        return []  # any other text there might let the line above end the table
    padded = [*found, *[""] * (len(contents) - len(found))]
    if padded[: len(contents)] != list(contents):
        return []
    return [
        Stretch("cell", "cell", (span,), first_on_line=span[0] == start)
        for span, content in zip(spans, contents, strict=False)
        if content
    ]


def _split_row(text: str, start: int, end: int) -> list[Span]:
    """The cells of a row, without outer white space; an escaped pipe parts nothing."""
    pipes = [m.start() for m in re.finditer(r"(?<!\\)\|", text[start:end])]
    edges = [-1, *pipes, end - start]
    cells = []
    for left, right in pairwise(edges):
        cell = text[start + left + 1 : start + right]
        left_edge = start + left + 1 + len(cell) - len(cell.lstrip(" \t"))
        cells.append((left_edge, left_edge + len(cell.strip(" \t"))))
    if pipes and cells[0][0] == cells[0][1]:
        cells.pop(0)
    if cells and cells[-1][0] == cells[-1][1]:
        cells.pop()
    return cells
