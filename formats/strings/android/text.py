r"""The text of Android string resources: its escapes, quotes, white space and inline markup.

The rules are those of Android's resource compiler (aapt2). White space is one space, and what
surrounds a text is dropped, unless it stands in double quotes or is written as an escape. `\'`,
`\"`, `\@`, `\?`, `\#` and `\\` are the characters, `\n` and `\t` a line break and a tab, and `\u`
with four hexadecimal digits is any character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from formats.common.inline_codes import TAG, Tag, coded, inner_text
from formats.common.prose import has_prose

_HTML = (
    "a|annotation|b|big|blockquote|br|cite|dfn|div|em|font|h[1-6]|i|img|li|ol|p|s|small|span"
    "|strike|strong|sub|sup|tt|u|ul"
)
_ATTRIBUTES = r"""[^<>"']*+(?:(?:"[^"<]*+"|'[^'<]*+')[^<>"']*+)*+"""
_CODES = re.compile(
    rf"""
      <!\[CDATA\[ .*? \]\]> | <!-- .*? --> | <\? .*? \?>
    | <xliff:g\b {_ATTRIBUTES} > [^<]*+ </xliff:g\s*+>
    | < {_ATTRIBUTES} >
    | &lt; /?+ (?: {_HTML} ) \b [^<>&]{{0,300}}+ (?: &gt; | > )
    """,
    re.VERBOSE | re.DOTALL,
)
_LIKE_CODE = re.compile(rf"<(?=/?+(?:{_HTML})\b)")
_CODES_IN_CDATA = re.compile(rf"</?+(?:{_HTML})\b[^<>]{{0,300}}+>")
_CDATA = re.compile(r"\s*+<!\[CDATA\[(?P<inner>(?:(?!\]\]>).)*+)\]\]>\s*+\Z", re.DOTALL)
_WHOLLY_QUOTED = re.compile(r'\s*+"(?P<inner>(?:[^"\\]|\\.)*+)"\s*+\Z', re.DOTALL)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);")
_SHOWN_REFERENCE = re.compile(r"&(?:lt|gt|amp);")
_SIGN = re.compile(
    r"\\u(?P<hexadecimal>[0-9A-Fa-f]{4})|\\(?P<one>.|\Z)|(?P<quote>\")|(?P<space>[ \t\r\n]++)",
    re.DOTALL,
)
_LETTERS = {"n": "\n", "t": "\t"}
_AS_REFERENCE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ESCAPES: dict[str, str | int | None] = {
    "\\": "\\\\",
    '"': r"\"",
    "\n": r"\n",
    "\t": r"\t",
    "\r": r"\n",
}
_OWN_REFERENCE = re.compile(r"\\u([0-9A-Fa-f]{4})|&#(?:(\d{1,7})|x([0-9A-Fa-f]{1,6}));")
_NO_XML = re.compile("[\x00-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SPACES = re.compile(r"(?<= ) ")
_RESOURCE = re.compile(r"\s*+[@?][+*]?(?:[\w.]++:)?(?:[a-z]++/)?[\w.]++\s*+\Z")


@dataclass(frozen=True, slots=True)
class Content:
    """An element's content that is one text, without what surrounds it.

    Attributes:
        start: where the text begins, in characters from the content's start.
        end: where it ends.
        text: as a translator sees it.
        tags: its inline codes.
        in_cdata: whether it stands in a CDATA section.
        in_quotes: whether it stands in double quotes.
        references: how characters are written that the source has as references or escapes.
    """

    start: int
    end: int
    text: str
    tags: tuple[Tag, ...]
    in_cdata: bool
    in_quotes: bool
    references: dict[str, str]

    @property
    def has_prose(self) -> bool:
        """Whether there is anything to translate."""
        return has_prose(TAG.sub(" ", self.text))

    def written(self, translation: str) -> str | None:
        """A translation as it stands in the file; None where the codes in it are not the text's."""
        text = coded(translation.replace("\r\n", "\n"), self.tags, self._write)
        if text is None or self.in_quotes:
            return text
        bare = text.strip(" ")
        lead, trail = text[: text.index(bare)] if bare else "", text[len(text.rstrip(" ")) :]
        bare = "\\" + bare if bare.startswith(("@", "?")) else bare
        return r"\u0020" * len(lead) + bare + r"\u0020" * len(trail)

    def _write(self, text: str) -> str:
        if not self.in_cdata:
            text = _SHOWN_REFERENCE.sub(lambda match: unescape(match[0]), text)
        text = _LIKE_CODE.sub("‹", text)
        escapes = {**_ESCAPES, **self.references}
        if not self.in_quotes:
            escapes["'"] = r"\'"
        if self.in_cdata:
            text = text.replace("]]>", "]]&gt;")
        else:
            escapes |= {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
        text = text.translate(str.maketrans(escapes))
        text = _NO_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        return text if self.in_quotes else _SPACES.sub(r"\\u0020", text)


def content(raw: str) -> Content:
    """The text of an element's content.

    Raises:
        ValueError: an escape in it stands for no character.
    """
    offset, inner, in_cdata = 0, raw, False
    if match := _CDATA.match(inner):
        offset, inner, in_cdata = match.start("inner"), match["inner"], True
    in_quotes = False
    if match := _WHOLLY_QUOTED.match(inner):
        offset, inner, in_quotes = offset + match.start("inner"), match["inner"], True
    pattern = _CODES_IN_CDATA if in_cdata else _CODES
    found = inner_text(inner, pattern, _Reader(in_cdata, in_quotes), single_outside=False)
    references = {} if in_cdata else dict(_own_references(inner))
    start, end = offset + found.start, offset + found.end
    return Content(start, end, found.text, found.tags, in_cdata, in_quotes, references)


def codes(raw: str) -> tuple[str, ...]:
    """The inline codes of an element's content, sorted."""
    match = _CDATA.match(raw)
    if match is None:
        return tuple(sorted(code[0] for code in _CODES.finditer(raw)))
    return ("<![CDATA[", *sorted(code[0] for code in _CODES_IN_CDATA.finditer(match["inner"])))


def is_resource(raw: str) -> bool:
    """Whether a content names another resource, such as `@string/app_name`."""
    return _RESOURCE.match(raw) is not None


@dataclass(slots=True)
class _Reader:
    """Reads the stretches between codes one after another; a quote may reach beyond a code."""

    in_cdata: bool
    quoted: bool

    def __call__(self, raw: str) -> str:
        text = raw if self.in_cdata else _REFERENCE.sub(_meant, raw)
        text = _SIGN.sub(self._read, text)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        if "\0" in text:
            raise ValueError("a NUL character")
        return text if self.in_cdata else text.translate(_AS_REFERENCE)

    def _read(self, match: re.Match[str]) -> str:
        if match["quote"]:
            self.quoted = not self.quoted
            return ""
        if match["space"]:
            return match[0] if self.quoted else " "
        if match["hexadecimal"]:
            return chr(int(match["hexadecimal"], 16))
        return _LETTERS.get(match["one"], match["one"])


def _meant(match: re.Match[str]) -> str:
    reference = match[0][1:-1]
    if reference.startswith("#"):
        digits = reference[1:]
        return chr(int(digits[1:], 16) if digits.startswith("x") else int(digits))
    return unescape(match[0])


def _own_references(raw: str) -> Iterator[tuple[str, str]]:
    """Characters beyond ASCII that a content has as escapes or references, with these."""
    for match in _OWN_REFERENCE.finditer(raw):
        escaped, decimal, hexadecimal = match.groups()
        code = int(decimal) if decimal else int(escaped or hexadecimal, 16)
        if code > 0x9F and not 0xD800 <= code < 0xE000:
            yield chr(code), match[0]
