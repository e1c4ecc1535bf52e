"""Lines that open and close containers, and others that are marks as a whole.

`:::note`, `:::tip[Title]{.x}`, `::: warning Title`, `:::image alt-text="…":::`, `::leaf`,
`[[toc]]`. What stands between such lines are blocks like any other, so that each line is a block of
its own here: what is opened is of no matter, as long as no translation changes, adds or ends it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.markdown.atoms import guarded, without
from formats.markdown.dialects import Dialect

MARK = "container_mark"
"""The type of these lines' tokens."""

_NAME = r"[^\W\d][\w.-]*+"
_LABEL = r"\[(?:[^\[\]\\\n]|\\.|\[(?:[^\[\]\\\n]|\\.)*+\])*+\]"
_ATTRIBUTES = r"""\{(?:[^{}"'\n]|"[^"\n]*+"|'[^'\n]*+')*+\}"""
_MARK = re.compile(
    rf"""
      :{{3,}}.*+
    | ::{_NAME}(?:{_LABEL})?+(?:{_ATTRIBUTES})?+[ \t]*+
    | \[\[_?toc_?\]\][ \t]*+ | \[TOC\][ \t]*+
    | <<<[ \t]++\S.*+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LABELLED = re.compile(
    rf":{{2,}}{_NAME}\[(?P<title>(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*+\])++)\]"
    rf"(?:{_ATTRIBUTES})?+[ \t]*+"
)
_BEHIND = re.compile(
    rf":{{3,}}[ \t]*+{_NAME}(?:[ \t]*+{_ATTRIBUTES})?+[ \t]++"
    rf"(?P<title>[^\s\[{{:](?:[^{{}}\n]*[^\s{{}}:])?)(?:[ \t]*+{_ATTRIBUTES})?[ \t]*+"
)
_ATTRIBUTE = re.compile(r"""(?<=[\s{])(?:title|alt-text)\s*+=\s*+"(?P<title>[^"\\&<>\n]++)\"""")
_TEXT_DIRECTIVE = re.compile(rf"(?<![:\\]):{_NAME}[\[{{]")


@dataclass(frozen=True, slots=True)
class TitleOfContainer:
    """A place for a container's title, on its line.

    Attributes:
        line: what the line reads, from its first colon on.
        at: where the title begins on it.
    """

    start: int
    end: int
    unit: Unit
    line: str
    at: int
    dialect: Dialect

    def put(self, translation: str) -> str | None:
        """The title on one line; None where it would be read as something else."""
        line = " ".join(guarded(translation, self.unit.text, self.dialect).split())
        behind = self.line[self.at + len(self.unit.text) :]
        for candidate in (line, re.sub(r"(?<!\\)([\[\]])", r"\\\1", line)):
            whole = self.line[: self.at] + candidate + behind
            if _spans(whole, self.dialect) == _moved(self, len(candidate)):
                return candidate
        return None


def _moved(place: TitleOfContainer, length: int) -> list[tuple[int, int]]:
    """Where the titles of its line are when that of this place has another length."""
    more = length - len(place.unit.text)
    return [
        (start + more * (start > place.at), end + more * (start >= place.at))
        for start, end in _spans(place.line, place.dialect)
    ]


def plugin(parser: MarkdownIt) -> None:
    """Have the parser read such a line as a block of its own, which ends a paragraph."""
    parser.block.ruler.before(
        "fence", MARK, _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    line = state.src[start : state.eMarks[start_line]]
    if line[:1] not in (":", "[", "<") or not _MARK.fullmatch(line):
        return False
    if not silent:
        state.line = start_line + 1
        token = state.push(MARK, "", 0)
        token.map = [start_line, state.line]
        token.content = line
    return True


def titles(line: str, at: int, dialect: Dialect) -> Iterator[TitleOfContainer]:
    """The places of titles and alternative texts on such a line that begins at `at`."""
    for start, end in _spans(line, dialect):
        title = line[start:end]
        if has_prose(without(title, dialect)):
            unit = Unit(title, "title", path="container.title")
            yield TitleOfContainer(at + start, at + end, unit, line, start, dialect)


def without_titles(line: str, dialect: Dialect) -> str:
    """Such a line without what may change in a translation."""
    for start, end in reversed(_spans(line, dialect)):
        if has_prose(without(line[start:end], dialect)):
            line = line[:start] + line[end:]
    return line


def without_directives(translation: str, source: str, dialect: Dialect) -> str:
    """The translation with the colon escaped of `:name[…]` and `:name{…}`, where it has more of
    them than its source; a bare `:name` is text to the sites that read them."""
    if "label" not in dialect.titles:
        return translation
    allowed = Counter(_TEXT_DIRECTIVE.findall(source))

    def escaped(match: re.Match[str]) -> str:
        allowed[match[0]] -= 1
        return match[0] if allowed[match[0]] >= 0 else f"\\{match[0]}"

    return _TEXT_DIRECTIVE.sub(escaped, translation)


def _spans(line: str, dialect: Dialect) -> list[tuple[int, int]]:
    """Where titles stand, in the forms that the dialect has; the first form that fits counts."""
    for form, pattern in (("label", _LABELLED), ("behind", _BEHIND)):
        if form in dialect.titles and (match := pattern.fullmatch(line)):
            return [match.span("title")]
    if "attribute" in dialect.titles and line.startswith(":::"):
        return [match.span("title") for match in _ATTRIBUTE.finditer(line)]
    return []
