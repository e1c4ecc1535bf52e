"""The entries of a gettext file, each part with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.errors import DocumentError

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[[0-9]{1,2}\])?)\s*+(?=\")")
_STRING = re.compile(r'\s*+"((?:[^"\\\r\n]|\\.)*+)"\s*+\Z')
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WRITTEN = {value: f"\\{key}" for key, value in _MEANT.items()} | {'"': r"\"", "\\": r"\\"}

Span = tuple[int, int]


@dataclass(slots=True)
class Entry:
    """A message of a gettext file.

    Attributes:
        start: where its first keyword stands, in characters from the file's start.
        line: its first line, from 1.
        comments: its lines with `#`, in order, each with its place.
        texts: by keyword (`msgid`, `msgstr[1]`), unescaped.
        places: by keyword, from the keyword to the end of its last line, line end included.
    """

    start: int = -1
    line: int = 0
    comments: list[tuple[str, Span]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)

    @property
    def is_header(self) -> bool:
        return self.texts.get("msgid") == "" and "msgctxt" not in self.texts

    @property
    def flags(self) -> list[str]:
        """What stands behind `#,`."""
        lines = (text[2:] for text, _ in self.comments if text.startswith("#,"))
        return [flag.strip() for line in lines for flag in line.split(",") if flag.strip()]

    @property
    def note(self) -> str:
        """What the programmer tells translators, behind `#.`."""
        return "\n".join(text[2:].strip() for text, _ in self.comments if text.startswith("#."))

    @property
    def plurals(self) -> dict[int, str]:
        """The translations by plural form."""
        found = {key: text for key, text in self.texts.items() if key.startswith("msgstr[")}
        return {int(key[7:-1]): text for key, text in found.items()}

    @property
    def translations(self) -> Span:
        """From the first `msgstr` to the end of the last."""
        places = [place for key, place in self.places.items() if key.startswith("msgstr")]
        return min(start for start, _ in places), max(end for _, end in places)


def entries(text: str) -> list[Entry]:
    """The messages of a file in order, obsolete ones (`#~`) left out.

    Raises:
        DocumentError: a line fits nowhere, or a message lacks a part; with the line.
    """
    return [entry for entry in _read(text) if entry.texts]


def _read(text: str) -> Iterator[Entry]:
    entry = Entry()
    keyword = ""
    number = 0
    for match in _LINE.finditer(text):
        number += 1
        line = match[0].strip()
        if not line or line.startswith("#~"):
            keyword = ""
            if line and not entry.texts:
                entry.comments = []  # they are of an obsolete message
            continue
        head = _KEYWORD.match(line)
        begins = line.startswith("#") or (head and head[1] in ("msgctxt", "msgid"))
        if begins and any(key.startswith("msgstr") for key in entry.texts):
            yield entry
            entry, keyword = Entry(), ""
        if line.startswith("#"):
            if entry.texts:
                raise DocumentError("a comment stands inside of a message", line=number)
            entry.comments.append((line, match.span()))
            continue
        if head:
            keyword = head[1]
            if keyword in entry.texts:
                raise DocumentError(f"{keyword} stands there twice", line=number)
            entry.texts[keyword] = ""
            entry.places[keyword] = match.span()
            if entry.start < 0:
                entry.start, entry.line = match.start(), number
        string = _STRING.match(line, head.end() if head else 0)
        if string is None or not keyword:
            raise DocumentError(f"this is no line of a gettext file: {line[:60]!r}", line=number)
        entry.texts[keyword] += _unescaped(string[1])
        entry.places[keyword] = (entry.places[keyword][0], match.end())
        _check(entry, keyword, number)
    if entry.texts:
        _check(entry, "", number)
        yield entry


def _check(entry: Entry, keyword: str, line: int) -> None:
    """See to it that the parts of a message stand in their order."""
    texts = entry.texts
    if keyword.startswith("msgstr") or not keyword:
        if "msgid" not in texts:
            raise DocumentError("a translation stands there without its msgid", line=line)
        has_plural = "msgid_plural" in texts
        if not any(key.startswith("msgstr") for key in texts):
            raise DocumentError("the message has no msgstr", line=entry.line)
        if ("msgstr" in texts) == has_plural:
            raise DocumentError("msgstr and msgid_plural do not go together", line=line)


def _unescaped(written: str) -> str:
    def meant(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 8))
        return chr(int(match[2], 16)) if match[2] else _MEANT.get(match[3], match[3])

    return _ESCAPE.sub(meant, written)


def written(keyword: str, text: str, end_of_line: str) -> str:
    """A keyword with its text, a line of the text each on a line of the file."""
    lines = text.splitlines(keepends=True) if "\n" in text else [text]
    quoted = ['"{}"'.format("".join(_WRITTEN.get(sign, sign) for sign in line)) for line in lines]
    if len(quoted) > 1:
        quoted.insert(0, '""')
    return keyword + " " + end_of_line.join(quoted) + end_of_line
