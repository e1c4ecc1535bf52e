"""Where the entries of a `.strings` file stand, and what its comments say of them.

The grammar is that of Core Foundation's old-style property lists, of which such a file is the
inside of one dictionary. Of escapes, `\\U` and up to four hexadecimal digits, and octal digits,
stand for a character; octal ones beyond ASCII mean NeXTSTEP's encoding and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.errors import DocumentError

_STRING = r""" "(?:[^"\\]++|\\.)*+" | '(?:[^'\\]++|\\.)*+' | (?:[A-Za-z0-9_$:.-]++|/(?!\*))++ """
_BETWEEN = re.compile(
    r"(?P<space>\s++)|//(?P<line>[^\n\r\u2028\u2029]*+)|/\*(?P<block>.*?)\*/", re.S
)
_ENTRY = re.compile(rf"(?P<text>{_STRING})|(?P<sign>[=;])", re.VERBOSE | re.DOTALL)
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n|\r[^\S\r\n]*+\r")
ESCAPE = re.compile(
    r"\\(?:U(?P<hexadecimal>[0-9A-Fa-f]{1,4})|(?P<octal>[0-7]{1,3})|(?P<one>.))", re.S
)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value, which stands at `text[start:end]`, quotes included.

    Attributes:
        key: unescaped, as is `value`.
        note: the comments above it, up to a blank line.
        key_end: where the key ends. An entry without a value ends there; its value is its key.
    """

    key: str
    value: str
    note: str
    key_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int
    note: str


def entries(text: str) -> Iterator[Entry]:
    """The entries of a file, in order.

    Raises:
        DocumentError: it is no `.strings` file; with the line where it ceases to be.
    """
    tokens = _tokens(text)
    for key in tokens:
        if key.kind != "text":
            raise _error(text, key.start, "a key is missing before this sign")
        sign = next(tokens, None)
        value = key
        if sign and text[sign.start] == "=":
            value = next(tokens, None) or key
            if value is key or value.kind != "text":
                raise _error(text, sign.start, "the value after this = must be a string")
            sign = next(tokens, None)
        if not sign or text[sign.start] != ";":
            raise _error(text, value.end, "a ; is missing after this string")
        start = value.start if value is not key else key.end
        yield Entry(_read(text, key), _read(text, value), key.note, key.end, start, value.end)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    comments: list[str] = []
    while at < len(text):
        between = _BETWEEN.match(text, at)
        if between:
            at = between.end()
            comment = between["block"] or between["line"]
            if comment is not None:
                comments.append("\n".join(filter(None, map(str.strip, comment.splitlines()))))
            elif _BLANK_LINE.search(between[0]):
                comments = []
            continue
        token = _ENTRY.match(text, at)
        if token is None:
            raise _error(text, at, _what_is_wrong(text, at))
        note = "\n".join(filter(None, comments))
        yield _Token(token.lastgroup or "", token.start(), token.end(), note)
        at = token.end()
        comments = []


def _what_is_wrong(text: str, at: int) -> str:
    if text.startswith("/*", at):
        return "nothing ends this comment: write */"
    if text[at] in "\"'":
        return "nothing ends this string: write a quotation mark, and \\ before those within"
    if text[at] in "({<":
        return "only strings can stand here, no arrays, dictionaries or data"
    return f"{text[at]!r} can't stand here: put strings into quotation marks"


def _read(text: str, token: _Token) -> str:
    raw = text[token.start : token.end]
    if raw[0] not in "\"'":
        return raw
    read = ESCAPE.sub(lambda match: _meant(text, token.start, match), raw[1:-1])
    read = read.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    if _NOT_STORABLE.search(read):
        message = "it holds a NUL character or half a surrogate pair; take it out"
        raise _error(text, token.start, message)
    return read


def _meant(text: str, start: int, match: re.Match[str]) -> str:
    if match["hexadecimal"]:
        return chr(int(match["hexadecimal"], 16))
    if match["octal"]:
        code = int(match["octal"], 8)
        if code > 0x7F:
            message = f"{match[0]} is an octal escape beyond ASCII; write the character itself"
            raise _error(text, start, message)
        return chr(code)
    return _LETTERS.get(match["one"], match["one"])


def _error(text: str, at: int, message: str) -> DocumentError:
    return DocumentError(message, line=text.count("\n", 0, at) + 1)
