"""Where the entries of a Java properties file stand, and what its comments say of them.

The grammar is that of `java.util.Properties.load`. Values are unescaped by `javaproperties`; its
`parse` is not used, since it tells no places and is quadratic in the lines of an entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from javaproperties import Comment, InvalidUEscapeError, unescape

from domain.errors import DocumentError

_BREAK = r"(?:\r\n|\r|\n)"
CONTINUATION = re.compile(rf"\\{_BREAK}[ \t\f]*+")
_SPACE = rf"(?:[ \t\f]++|\\{_BREAK})*+"
_LINE = re.compile(
    rf"""
      (?P<blank> [ \t\f]*+ (?: {_BREAK} | \Z ) )
    | [ \t\f]*+ (?P<comment> [\#!] [^\r\n]*+ ) (?: {_BREAK} | \Z )
    | {_SPACE}
      (?P<key> (?: [^\\ \t\f\r\n=:]++ | \\ (?: {_BREAK} [ \t\f]*+ | . | \Z ) )*+ )
      {_SPACE} (?: (?P<sign> [=:] ) {_SPACE} )?+
      (?P<value> (?: [^\\\r\n]++ | \\ (?: {_BREAK} | . | \Z ) )*+ )
      (?: {_BREAK} | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value, which stands at `text[start:end]`, escapes and continuations included.

    Attributes:
        key: unescaped, as is `value`.
        note: the comment lines right above it, without their marks.
    """

    key: str
    value: str
    note: str
    start: int
    end: int


def entries(text: str) -> Iterator[Entry]:
    """The entries of a file, in order.

    Raises:
        DocumentError: an escape in it is malformed; with the line.
    """
    at = 0
    comments: list[str] = []
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None  # every alternative but the last fails on few texts, that on none
        at = line.end()
        if line["blank"] is not None:
            comments = []
        elif line["comment"] is not None:
            if not Comment(line["comment"]).is_timestamp():
                comments.append(line["comment"].lstrip("#!").strip())
        else:
            note = "\n".join(filter(None, comments))
            key, value = (_read(text, line.start(name), line[name]) for name in ("key", "value"))
            if key or line["sign"] or value:
                yield Entry(key, value, note, *line.span("value"))
                comments = []


def _read(text: str, start: int, raw: str) -> str:
    joined = CONTINUATION.sub("", raw)
    if (len(joined) - len(joined.rstrip("\\"))) % 2:
        joined = joined[:-1]  # it is the file's last character, and means nothing
    try:
        read = unescape(joined)
    except InvalidUEscapeError as error:
        raise DocumentError(
            f"{error.escape!r} is no escape: write \\u and four hexadecimal digits, or \\\\",
            line=text.count("\n", 0, start) + 1,
        ) from None
    if _NOT_STORABLE.search(read):
        raise DocumentError(
            "it holds a NUL character or half a surrogate pair; take it out",
            line=text.count("\n", 0, start) + 1,
        )
    return read
