"""The values of a `.stringsdict`: its formats, and the forms of their variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from domain.errors import DocumentError
from domain.icu.messages import CATEGORIES
from formats.common.inline_codes import TAG, Tag, coded, inner_text
from formats.common.prose import has_prose
from formats.common.xml_elements import Element, elements
from formats.strings.resource_values import Value

DEEPEST = 5
"""Levels of elements that hold texts: `plist`, and `dict`s of entries, of variables, of forms."""

_NO_PLURALS = frozenset({"NSStringDeviceSpecificRuleType", "NSStringVariableWidthRuleType"})
_FORMAT = "NSStringLocalizedFormatKey"
_CODES = re.compile(
    r"%(?:\d{1,2}\$)?#@[^@<>&]{1,100}@|<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL
)
_LIKE_CODE = re.compile(r"%(?=(?:\d{1,2}\$)?#@)")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);")
_SHOWN_REFERENCE = re.compile(r"&(?:lt|gt|amp);")
_AS_REFERENCE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Content:
    """A string's text; `tags` stand for the variables in it, such as `%#@files@`."""

    start: int
    end: int
    text: str
    tags: tuple[Tag, ...]

    @property
    def has_prose(self) -> bool:
        """Whether there is anything to translate."""
        return has_prose(TAG.sub(" ", self.text))

    def written(self, translation: str) -> str | None:
        """A translation as it stands in the file; None where the codes in it are not the text's."""
        return coded(translation, self.tags, _written)


def content(raw: str) -> Content:
    """The text of a `string` element's content."""
    return Content(*inner_text(raw, _CODES, _read, single_outside=False))


def codes(raw: str) -> tuple[str, ...]:
    """The variables and XML's comments and sections in a content, sorted."""
    return tuple(sorted(match[0] for match in _CODES.finditer(raw)))


def values(text: str) -> list[Value]:
    """The formats and the forms of their variables, in order.

    The path is the key, with dots and the variable and its form behind it; the note has the
    comments above these keys. A `%#@variable@` is a code of the format that it stands in.

    Raises:
        DocumentError: it is no property list; with the line.
    """
    found: list[Value] = []
    around: list[Element] = []
    keys: list[Element] = []
    for element in elements(text, DEEPEST):
        del around[element.level - 1 :], keys[max(element.level - 2, 0) :]
        around.append(element)
        if around[0].tag != "plist":
            message = f"its outermost element is <{around[0].tag}>, and must be <plist>"
            raise DocumentError(message, line=text.count("\n", 0, element.start) + 1)
        if element.tag == "key":
            keys[element.level - 3 :] = [element]
        elif element.tag == "string" and len(keys) == element.level - 2 and len(keys) > 1:
            found += _values(text, element, keys)
            del keys[-1]
    return [value for value in found if value.start < value.end]


def _values(text: str, element: Element, keys: list[Element]) -> list[Value]:
    names = [unescape(text[key.content_start : key.content_end]).strip() for key in keys]
    *outer, last = names
    if len(names) == 2 and last == _FORMAT:
        names = outer
    elif len(names) != 3 or last.startswith("NSString"):
        return []
    is_plural = len(names) == 3 and last in CATEGORIES and outer[-1] not in _NO_PLURALS
    comments = [comment for one in (*keys, element) for comment in one.comments]
    return [
        Value(
            element.content_start,
            element.content_end,
            keys[-1].start,
            element.end,
            ".".join(names),
            "\n".join(filter(None, comments)),
            None,
            True,
            keys[-2].start if is_plural else None,
            last if is_plural else "",
        )
    ]


def _read(raw: str) -> str:
    return _REFERENCE.sub(_meant, raw).translate(_AS_REFERENCE)


def _meant(match: re.Match[str]) -> str:
    reference = match[0][1:-1]
    if reference.startswith("#x"):
        return chr(int(reference[2:], 16))
    return chr(int(reference[1:])) if reference.startswith("#") else unescape(match[0])


def _written(text: str) -> str:
    text = _SHOWN_REFERENCE.sub(lambda match: unescape(match[0]), text)
    text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LIKE_CODE.sub("％", text).translate(_AS_REFERENCE)
