"""Writes a translation into a Markdown block so that it stays that block.

What would open another block is escaped, and the parser is asked whether the result is the block
it must be. The rules are CommonMark's (sections 4 and 5) and those of GFM's tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from formats.common import lines
from formats.markdown.atoms import as_text, guarded
from formats.markdown.containers import without_directives
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.parser import blocks
from formats.markdown.syntax.marks import MARK
from formats.markdown.syntax.metadata import without_metadata
from formats.markdown.writing.addresses import enclosed
from formats.markdown.writing.emphasis import mended

UNDERLINE = "---"

_OPENS_A_BLOCK = re.compile(
    r"""
      (?P<mark>
          \#{1,6}(?=[ \t]|$) | > | [-+*](?=[ \t]|$)     # heading, quote, list
        | =+[ \t]*$ | ([*_-])[ \t]*(?:\2[ \t]*){2,}$   # underline of a heading, rule
      | [-|:](?=[-|:\s]*+$)                           # underline, second row of a table
        | :(?=[ \t])                                     # definition
        | ~{3} | :{3} | ::(?=[^\W\d])                   # fence, container, directive
      )
    | (?P<number>\d{1,9})(?=[.)](?:[ \t]|$))            # numbered list
    """,
    re.VERBOSE,
)
_MODULE = re.compile(r"\A[ei](?=(?:mport|xport) )")
"""MDX reads a paragraph that begins so as JavaScript, and fails."""
_LAST_BACKSLASHES = re.compile(r"(?<!\\)(?:\\\\)*+\\$")
_CLOSING_HASHES = re.compile(r"(?<![^ \t])(#++)$")


def paragraph(
    translation: str,
    source: str,
    line_count: int,
    *,
    below: str = "",
    opens_document: bool = False,
    dialect: Dialect = COMMONMARK,
) -> list[str] | None:
    """The translation as lines of a paragraph.

    Args:
        translation: not blank.
        source: the unit's text.
        line_count: how many lines there may be.
        below: the line that stands below them in the same block: the paragraph's next one, or
            `UNDERLINE`, which makes a heading of them.
        opens_document: whether nothing stands before it.
        dialect: that the document is read in.

    Returns:
        The lines, escaped; None where no way was found to keep them a paragraph.
    """
    escapes = (_escape_start, _escape_first)
    if opens_document and "metadata" in dialect.constructs:
        translation = without_metadata(translation)
    for fitted in _attempts(translation, source, line_count, escapes, dialect):
        written = "\n".join(fitted)
        block = f"{written}\n{below}" if below else written
        is_heading = below == UNDERLINE
        opening, content = ("heading_open", written) if is_heading else ("paragraph_open", block)
        if _only_block(block, opening, dialect) == content:
            return fitted
    return None


def heading(translation: str, source: str, dialect: Dialect = COMMONMARK) -> str | None:
    """The translation as what stands behind a heading's `#` signs, or None."""
    escapes = (_as_it_is, _escape_first)
    for (line,) in _attempts(translation, source, 1, escapes, dialect):
        line = _uneaten(line, dialect)
        closed = _CLOSING_HASHES.sub(r"\\\1", line)
        for candidate in (line, closed):
            if _only_block(f"# {candidate}", "heading_open", dialect) == candidate:
                return candidate
    return None


def cell(
    translation: str, source: str, *, first_on_line: bool, dialect: Dialect = COMMONMARK
) -> str | None:
    """The translation as a table's cell, or None.

    `source` and translation have a pipe where the document has an escaped one; a cell that is
    `first_on_line` has no pipe before it and must not open a block there.
    """
    escapes = (_escape_start if first_on_line else _as_it_is, _escape_first)
    for (line,) in _attempts(translation, source, 1, escapes, dialect):
        line = _uneaten(line, dialect)
        written = line.replace("|", r"\|") + (" " if line.endswith("\\") else "")
        if first_on_line and opens_a_block(line, dialect):
            continue
        if _only_block(f"|{written}|\n|-|", "table_open", dialect) == line:
            return written
    return None


def within_mark(
    translation: str, source: str, within: tuple[str, str, str], dialect: Dialect
) -> str | None:
    """The translation as a text within a line that stays, or None.

    A straight quote that would end it is written as a reference or escaped, as its dialect reads
    it; where it can hold neither, the source stays.

    Args:
        translation: not blank.
        source: the unit's text.
        within: the line before the text, the text as it stands there, the line behind it.
        dialect: that the document is read in.
    """
    before, written, behind = within
    if "directives" in dialect.constructs and re.match(r":\w", before):
        before = f"```{{image}} a.png\n{before}"  # an option is none outside of its directive
    line = " ".join(_guarded(translation, source, dialect).split())
    shape = _texts_of_mark(before + written + behind, dialect)
    if written not in shape:
        return None
    for candidate in (line, line.replace('"', r"\""), line.replace('"', "&quot;")):
        expected = list(shape)
        expected[expected.index(written)] = candidate
        if _texts_of_mark(before + candidate + behind, dialect) == expected:
            return candidate
    return None


def _texts_of_mark(line: str, dialect: Dialect) -> list[str]:
    """The line with … for its texts, and these; nothing where it is no mark."""
    tokens, _ = blocks(line, dialect)
    marks = [token.content for token in tokens if token.type == MARK]
    texts = [token.content for token in tokens if token.type == "inline"]
    return [*marks, *texts] if marks else []


def opens_a_block(line: str, dialect: Dialect = COMMONMARK) -> bool:
    """Whether this line would be no paragraph's."""
    return (
        _escape_start(line, dialect) != line or _only_block(line, "paragraph_open", dialect) != line
    )


_Escape = Callable[[str, Dialect], str]


def _guarded(translation: str, source: str, dialect: Dialect) -> str:
    kept = mended(guarded(translation, source, dialect), source, dialect)
    kept = enclosed(kept, source, dialect)
    if dialect.mdx:
        kept = _MODULE.sub(lambda word: f"&#{ord(word[0])};", kept)
    return without_directives(kept, source, dialect)


def _uneaten(text: str, dialect: Dialect) -> str:
    """A heading's or cell's text whose end is no mark of its dialect."""
    eaten = re.search(dialect.eaten, text) if dialect.eaten else None
    return text[: eaten.start()] + as_text(text[eaten.start() :], dialect) if eaten else text


def _attempts(
    translation: str, source: str, line_count: int, escapes: Sequence[_Escape], dialect: Dialect
) -> Iterator[list[str]]:
    """Ways to write it, from the plainest to the most escaped."""
    fitted = lines.at_most(translation, line_count)
    for candidate in (fitted, [" ".join(fitted)]):
        guarded_lines = _guarded("\n".join(candidate), source, dialect).split("\n")
        for escape in escapes:
            yield [_escape_end(escape(line, dialect)) for line in guarded_lines]


def _as_it_is(line: str, dialect: Dialect) -> str:
    return line


def _escape_start(line: str, dialect: Dialect) -> str:
    opening = _OPENS_A_BLOCK.match(line)
    if not opening:
        return line
    at = opening.end() if opening["number"] else 0
    return line[:at] + as_text(line[at:], dialect)


def _escape_first(line: str, dialect: Dialect) -> str:
    """A `<` or backtick left here begins a tag or a code span of the source, and stays."""
    escaped = _escape_start(line, dialect)
    is_mark = escaped == line and re.match(r"[!-/:;=-@\[-_{-~]", line)
    return as_text(line, dialect) if is_mark else escaped


def _escape_end(line: str) -> str:
    """A last backslash would break the line, or take a cell's pipe away."""
    return line + "\\" if _LAST_BACKSLASHES.search(line) else line


def _only_block(text: str, opening: str, dialect: Dialect) -> str | None:
    """The content of the one block of text that this is, when `opening` opens it."""
    tokens, _ = blocks(text, dialect, is_part=True)
    contents = [token.content for token in tokens if token.type == "inline"]
    if not tokens or tokens[0].type != opening or len(contents) != 1:
        return None
    whole = tokens[-1].type == opening.replace("_open", "_close")
    return (
        contents[0] if whole and sum(t.level == 0 for t in tokens if t.nesting > 0) == 1 else None
    )
