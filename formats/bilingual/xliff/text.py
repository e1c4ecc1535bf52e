"""The text of an XLIFF source: its inline codes as tags, and a translation as a target again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from xml.parsers import expat

from formats.common.inline_codes import TAG, Tag, coded, inner_text
from formats.common.prose import has_prose
from formats.common.slots import framed

_ATTRIBUTES = r"""[^<>"']*+(?:(?:"[^"<]*+"|'[^'<]*+')[^<>"']*+)*+"""
_CODES = re.compile(
    rf"""
      <!--(?:(?!-->).)*+--> | <!\[CDATA\[(?:(?!\]\]>).)*+\]\]> | <\?(?:(?!\?>).)*+\?>
    | <(?:[\w-]+:)?(?P<native>bpt|ept|it|ph)\b {_ATTRIBUTES} (?<!/)>
      (?:(?!</(?:[\w-]+:)?(?P=native)\s*+>).)*+ </(?:[\w-]+:)?(?P=native)\s*+>
    | <(?:[\w-]+:)?mrk\b (?={_ATTRIBUTES}>) [^<>]*?
      (?:mtype\s*=\s*["']protected|translate\s*=\s*["']no)
      {_ATTRIBUTES} (?<!/)> (?:(?!</(?:[\w-]+:)?mrk\s*+>).)*+ </(?:[\w-]+:)?mrk\s*+>
    | <{_ATTRIBUTES}>
    """,
    re.VERBOSE | re.DOTALL,
)
_HALF = re.compile(rf"<(?:[\w-]+:)?(?P<name>bx|ex|bpt|ept|sc|ec|sm|em)\b{_ATTRIBUTES}>")
_ID = re.compile(r"""\b(rid|startRef|id)\s?=\s?["']([^"']*)""")
_CDATA = re.compile(r"\s*+<!\[CDATA\[(?P<inner>(?:(?!\]\]>).)*+)\]\]>\s*+\Z", re.DOTALL)
_SHOWN_REFERENCE = re.compile(r"&(?:lt|gt|amp);")
_AS_REFERENCE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source's content.

    Attributes:
        raw: as it stands in the file.
        text: as a translator sees it, without what surrounds it.
    """

    raw: str
    text: str
    _start: int
    _end: int
    _tags: tuple[Tag, ...]
    _in_cdata: bool

    @property
    def has_prose(self) -> bool:
        """Whether there is anything to translate."""
        return has_prose(TAG.sub(" ", self.text))

    def target(self, translation: str) -> str | None:
        """A translation as a target's content, what surrounds the source around it.

        None where it has not all the source's codes, has them crossed, ends one before it
        begins, or takes one out of that which it is a part of.
        """
        if self._in_cdata:
            inside = _NO_XML.sub("\ufffd", framed(translation, self.text)).replace(
                "]]>", "]]]]><![CDATA[>"
            )
            return self.raw[: self._start] + inside + self.raw[self._end :]
        text = coded(translation, self._tags, _written)
        if text is None:
            return None
        content = self.raw[: self._start] + text + self.raw[self._end :]
        is_sound = _is_well_formed(content) and _ends_first(content) <= _ends_first(self.raw)
        return content if is_sound else None


def source_text(raw: str) -> SourceText:
    """The text of a source's content, as it stands in the file."""
    if match := _CDATA.match(raw):
        return SourceText(raw, match["inner"], *match.span("inner"), (), True)
    inner = inner_text(raw, _CODES, _read, single_outside=False)
    return SourceText(raw, inner.text, inner.start, inner.end, inner.tags, False)


def codes(raw: str) -> tuple[str, ...]:
    """The inline codes of a content, sorted."""
    found = (match[0] for match in _CODES.finditer(raw))
    return tuple(sorted(code for code in found if not code.startswith("<![CDATA[")))


def plain(raw: str) -> str:
    """A content's words, such as a note's."""
    return " ".join(unescape(re.sub(r"<[^<>]*+>", " ", raw)).split())


def _ends_first(content: str) -> frozenset[str]:
    """The ids of codes in two halves (`bx` and `ex`, `sc` and `ec` …) whose end comes first."""
    begun = set()
    ends_first = set()
    for half in _HALF.finditer(content):
        ids = dict(_ID.findall(half[0]))
        if half["name"] in ("bx", "bpt", "sc", "sm"):
            begun.add(ids.get("rid") or ids.get("id", ""))
        else:
            key = ids.get("rid") or ids.get("startRef") or ids.get("id", "")
            ends_first |= {key} - begun
    return frozenset(ends_first)


def _is_well_formed(content: str) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(f"<t>{content}</t>".encode(), True)
    except expat.ExpatError:
        return False
    return True


def _read(raw: str) -> str:
    return unescape(raw).translate(_AS_REFERENCE)


def _written(text: str) -> str:
    meant = _SHOWN_REFERENCE.sub(lambda match: unescape(match[0]), text)
    return _NO_XML.sub("\ufffd", meant).translate(_AS_REFERENCE)
