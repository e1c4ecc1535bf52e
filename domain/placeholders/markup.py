"""Where markup and variables stand in a text, found in one pass and linear time."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from domain.placeholders.markup_patterns import (
    BRACE_OR_QUOTE,
    LINK_TAIL,
    NO_TRANSLATION,
    TOKEN,
    URL_TRAILING,
)
from domain.placeholders.protection import UNPROTECTED, Protection, Upcoming


class Kind(Enum):
    """What a stretch of markup is to the text around it."""

    OPEN = "open"
    CLOSE = "close"
    VOID = "void"
    VARIABLE = "variable"


class Token(NamedTuple):
    """A stretch of markup: `text[start:end]`.

    `name` is the element's for a tag, `LINK` or `IMAGE` for Markdown's brackets, else empty.
    """

    start: int
    end: int
    kind: Kind
    name: str = ""


LINK, IMAGE = "link[", "image["
"""The names of Markdown's brackets: no element can have them, as it can `link` and `image`."""

LINK_NAMES = frozenset({LINK, IMAGE})

# fmt: off
STRUCTURAL_ELEMENTS = frozenset([
    "a", "abbr", "article", "aside", "b", "bdi", "bdo", "blockquote", "bpt", "button", "caption",
    "cite", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "ept", "figcaption",
    "figure", "font", "footer", "form", "g", "h1", "h2", "h3", "h4", "h5", "h6", "header", "i",
    "ins", "it", "kbd", "label", "legend", "li", "main", "mark", "mrk", "nav", "ol", "option", "p",
    "pc", "ph", "q", "s", "section", "select", "small", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul",
    "var",
])
"""Elements of HTML and XLIFF that hold text; another name in angle brackets may be a key's."""

_VOID_ELEMENTS = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
])
# fmt: on
_OPAQUE_ELEMENTS = frozenset(["code", "math", "pre", "samp", "script", "style", "svg"])


def scan(text: str, protection: Protection = UNPROTECTED) -> list[Token]:
    """All markup and variables of a text, in order and without overlap.

    Found are HTML and XML tags, comments and character references, Markdown's code spans, links,
    images and footnote marks, template and format variables, ICU arguments, URLs, e-mail
    addresses and the brackets that placeholders are written in. The brackets of a Markdown link
    or image are an `OPEN` and a `CLOSE` token, so that the text between them is prose.

    Args:
        text: any text.
        protection: what else is a variable. Of what overlaps the one that begins first counts, of
            two that begin together the protected one.
    """
    scanner = _Scanner(text)
    return scanner.tokens_beside(protection) if protection else scanner.tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Token | None] = []
        self._brackets: list[int] = []  # indexes into _found, of `[` and `![` not yet closed
        self._linked = 0  # so many of _brackets, the outermost, have a link within
        self._absent: set[str] = set()  # closing strings that don't occur any more
        self._read: dict[str, Callable[[re.Match[str]], int]] = {
            "ticks": self._code_span,
            "comment": self._comment,
            "close": self._closing_tag,
            "tag": self._tag,
            "icu": self._icu_argument,
            "reference": self._character_reference,
            "url": self._url,
            "opening": self._opening_bracket,
            "closing": self._closing_bracket,
            "blank": self._blank_line,
            "variable": self._variable,
            "escape": re.Match.end,
        }

    def tokens(self) -> list[Token]:
        """All there are."""
        read = self._read
        position = 0
        while match := TOKEN.search(self._text, position):
            position = read[match.lastgroup or ""](match)
        return self._kept()

    def tokens_beside(self, protection: Protection) -> list[Token]:
        """The same, with what is protected."""
        upcoming = Upcoming(self._text, protection)
        match = TOKEN.search(self._text)
        position = 0
        while True:
            span = upcoming.next(position)
            if span and (match is None or span[0] <= match.start()):
                position = self._add(*span, Kind.VARIABLE)
            elif match:
                position = self._read[match.lastgroup or ""](match)
            else:
                return self._kept()
            if match and match.start() < position:
                upcoming.passed_over(match.end() - position)
                match = TOKEN.search(self._text, position)

    def _kept(self) -> list[Token]:
        self._drop_brackets()
        return [token for token in self._found if token is not None]

    def _add(self, start: int, end: int, kind: Kind, name: str = "") -> int:
        self._found.append(Token(start, end, kind, name))
        return end

    def _variable(self, match: re.Match[str]) -> int:
        return self._add(match.start(), match.end(), Kind.VARIABLE)

    def _after(self, closing: str, position: int) -> int:
        """Where the next `closing` ends, or -1. A string that was missed once is not sought again,
        or many openings without a closing would take quadratic time."""
        if closing in self._absent:
            return -1
        found = self._text.find(closing, position)
        if found < 0:
            self._absent.add(closing)
            return -1
        return found + len(closing)

    def _comment(self, match: re.Match[str]) -> int:
        closing = "]]>" if match[0].endswith("[") else "-->"
        end = self._after(closing, match.end())
        return match.end() if end < 0 else self._add(match.start(), end, Kind.VARIABLE)

    def _closing_tag(self, match: re.Match[str]) -> int:
        return self._add(match.start(), match.end(), Kind.CLOSE, match["close_name"].lower())

    def _tag(self, match: re.Match[str]) -> int:
        name = match["tag_name"].lower()
        if match[0].endswith("/>") or name in _VOID_ELEMENTS:
            return self._add(match.start(), match.end(), Kind.VOID, name)
        if name in _OPAQUE_ELEMENTS or NO_TRANSLATION.search(match[0]):
            end = self._element_end(match["tag_name"], match.end())
            if end >= 0:
                return self._add(match.start(), end, Kind.VARIABLE)
        return self._add(match.start(), match.end(), Kind.OPEN, name)

    def _element_end(self, name: str, position: int) -> int:
        """Where an element ends whose content begins here, or -1; one of its name in it ends first.

        Where such don't balance, the next closing tag ends it.
        """
        unbalanced = f"<{name}"
        if unbalanced not in self._absent:
            tags = re.compile(rf"<(/?){re.escape(name)}(?=[\s/>])[^<>]*+(?<!/)>", re.IGNORECASE)
            depth = 1
            for tag in tags.finditer(self._text, position):
                depth += -1 if tag[1] else 1
                if not depth:
                    return tag.end()
            self._absent.add(unbalanced)
        return self._after(f"</{name}>", position)

    def _character_reference(self, match: re.Match[str]) -> int:
        """One that stands for a letter is a part of a word, and left in it."""
        character = html.unescape(match[0])
        if character == match[0] or character.isalnum():
            return match.end()
        return self._variable(match)

    def _url(self, match: re.Match[str]) -> int:
        end = match.start() + _url_length(match[0])
        if end <= match.end("url_head"):
            return match.end("url_head")
        return self._add(match.start(), end, Kind.VARIABLE)

    def _icu_argument(self, match: re.Match[str]) -> int:
        close = self._closing_braces.get(match.start())
        if close is None:
            return match.start() + 1
        return self._add(match.start(), close + 1, Kind.VARIABLE)

    @cached_property
    def _closing_braces(self) -> dict[int, int]:
        """By each opening brace, the one that closes it.

        Within braces an apostrophe before a brace quotes, by ICU's rules, up to the next one. One
        after a letter, as in `l'{name}`, is taken for an elision all the same.
        """
        opened: list[int] = []
        pairs = {}
        position = 0
        while match := BRACE_OR_QUOTE.search(self._text, position):
            position = match.end()
            if match[0] == "{":
                opened.append(match.start())
            elif match[0] == "}" and opened:
                pairs[opened.pop()] = match.start()
            elif match[0] == "'" and opened:
                position = max(position, self._after("'", position))
        return pairs

    def _code_span(self, match: re.Match[str]) -> int:
        """A code span ends at the next run of as many backticks, in the same paragraph."""
        starts = self._backticks[len(match[0])]
        following = bisect_left(starts, match.end())
        if following == len(starts):
            return match.end()
        close = starts[following]
        blank = bisect_right(self._blank_lines, match.end())
        if blank < len(self._blank_lines) and self._blank_lines[blank] < close:
            return match.end()
        return self._add(match.start(), close + len(match[0]), Kind.VARIABLE)

    @cached_property
    def _backticks(self) -> defaultdict[int, list[int]]:
        runs: defaultdict[int, list[int]] = defaultdict(list)
        for match in re.finditer("`+", self._text):
            runs[len(match[0])].append(match.start())
        return runs

    @cached_property
    def _blank_lines(self) -> list[int]:
        return [match.start() for match in re.finditer(r"\n(?=[^\S\n]*+\n)", self._text)]

    def _blank_line(self, match: re.Match[str]) -> int:
        self._drop_brackets()
        return match.end()

    def _opening_bracket(self, match: re.Match[str]) -> int:
        self._brackets.append(len(self._found))
        name = IMAGE if match[0].startswith("!") else LINK
        return self._add(match.start(), match.end(), Kind.OPEN, name)

    def _closing_bracket(self, match: re.Match[str]) -> int:
        if not self._brackets:
            return match.end()
        index = self._brackets.pop()
        opening = self._found[index]
        tail = LINK_TAIL.match(self._text, match.start())
        around_link = opening is not None and self._is_around_link(opening)
        self._linked = min(self._linked, len(self._brackets))
        if opening is None or tail is None or around_link:
            self._found[index] = None
            return match.end()
        if opening.name == LINK:
            self._linked = len(self._brackets)
        return self._add(match.start(), tail.end(), Kind.CLOSE, opening.name)

    def _is_around_link(self, opening: Token) -> bool:
        """Whether a link ended since this bracket, now popped, opened; Markdown nests no links."""
        return opening.name == LINK and len(self._brackets) < self._linked

    def _drop_brackets(self) -> None:
        for index in self._brackets:
            self._found[index] = None
        self._brackets.clear()
        self._linked = 0


def _url_length(url: str) -> int:
    """The length without the punctuation of the sentence around; a closing bracket that was opened
    within belongs to the URL."""
    length = len(url)
    surplus = {close: url.count(close) - url.count(opening) for opening, close in ("()", "{}")}
    while length and url[length - 1] in URL_TRAILING:
        last = url[length - 1]
        if last in surplus:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        length -= 1
    return length
