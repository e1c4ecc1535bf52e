"""Apertium's stream format: text on its way in, and what comes out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Placeholders, what would read as Apertium's own marks, and control characters: none are words.
_WRITTEN = re.compile(r"(?P<blank>⟦[^⟦⟧]*⟧|[*#@~+\x00-\x1f]+)|(?P<special>[\\^$/<>{}\[\]])")
_READ = re.compile(
    r"\\(?P<special>.)|\[(?P<blank>[0-9]*)\]|[*@#](?P<word>\w+(?:['’-]\w+)*)?", re.DOTALL
)
_STOP = re.compile(r"[.!?:;…]\W*\Z")
_GAP = re.compile(" {2,}")
_BEGINNING = re.compile(r"(?P<before>(?:⟦[^⟦⟧]*⟧|[^\w⟦])*)(?P<letter>\w)")


@dataclass(frozen=True, slots=True)
class Written:
    """A text in the stream format.

    Attributes:
        stream: words, escaped; all else in superblanks, which the words' rules leave alone.
        source: the text itself.
        blanks: what each superblank stands for, by the number in it.
        stopped: whether a full stop was put at its end.
    """

    stream: str
    source: str
    blanks: tuple[str, ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A translation.

    Attributes:
        text: without any marks.
        unknown: the words that stayed as they were, or in their base form.
        is_whole: whether all that is no word stands there once, in its order.
    """

    text: str
    unknown: tuple[str, ...]
    is_whole: bool


def written(text: str) -> Written:
    """A text with placeholders, ready to be translated.

    Without a sentence's end behind it, the last words may wait for more and never come out.
    """
    source = unicodedata.normalize("NFC", text)
    blanks: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        if match["special"]:
            return f"\\{match['special']}"
        blanks.append(match["blank"])
        return f"[{len(blanks) - 1}]"

    stream = _WRITTEN.sub(replaced, source)
    stopped = not _STOP.search(_WRITTEN.sub("", source))
    return Written(f"{stream}{'.' if stopped else ''}[]", source, tuple(blanks), stopped)


def rendered(answer: str, asked: Written) -> Rendered:
    """What Apertium made of a text; the source itself where it made nothing of it."""
    unknown: dict[str, None] = {}
    seen: list[int] = []

    def replaced(match: re.Match[str]) -> str:
        if match["special"]:
            return match["special"]
        if match["blank"]:
            seen.append(int(match["blank"]))
            return asked.blanks[seen[-1]] if seen[-1] < len(asked.blanks) else ""
        if match["word"]:
            unknown[match["word"]] = None
        return match["word"] or ""

    text = _READ.sub(replaced, answer.removesuffix(".[]" if asked.stopped else "[]"))
    return Rendered(
        _begun(_spaced(text, asked.source), asked.source),
        tuple(unknown),
        is_whole=seen == list(range(len(asked.blanks))),
    )


def _spaced(text: str, source: str) -> str:
    """A text with the source's space around it; a word that was dropped leaves no gap."""
    if not text.strip():
        return source
    if not _GAP.search(source):
        text = _GAP.sub(" ", text)
    core = source.strip()
    if not core:
        return source
    before, after = source.split(core, 1)
    return before + text.strip() + after


def _begun(text: str, source: str) -> str:
    """A text that begins in lower case where its source does; the rules make it a sentence."""
    here, there = _BEGINNING.match(source), _BEGINNING.match(text)
    if here is None or there is None or not here["letter"].islower():
        return text
    return there["before"] + there["letter"].lower() + text[there.end() :]
