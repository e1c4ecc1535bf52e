"""Documents to measure on: pages from a folder, or made up, and the same a little changed."""

from __future__ import annotations

import random
from pathlib import Path

from domain.document.plan import Plan, plan
from domain.text.words import count_words
from formats.registry import by_name

VOCABULARY = """
open close move copy print read write sort list count file folder page line report archive server
window table record value name key user group night shift drawer shelf box label
"""


def taken(source: Path | None, number: int, seed: int) -> dict[str, str]:
    """Markdown documents by name.

    Args:
        source: a folder of Markdown files, of which a sample is drawn; None makes some up.
        number: how many.
        seed: of the sample, or of what is made up.
    """
    chance = random.Random(seed)
    if source is None:
        return {f"page-{n:05}.md": _made_up(chance, n) for n in range(number)}
    files = sorted(source.rglob("*.md"))
    chosen = chance.sample(files, min(number, len(files)))
    return {f"{n:05}-{file.name}": file.read_text() for n, file in enumerate(chosen)}


def _made_up(chance: random.Random, number: int) -> str:
    def sentence() -> str:
        return " ".join(chance.choices(VOCABULARY.split(), k=chance.randint(4, 14))).capitalize()

    items = "\n\n".join(f"- {sentence()}:\n\n`{sentence().lower()}`" for _ in range(5))
    address = f"<https://example.test/{number}>"
    return f"# {sentence()}\n\n> {sentence()}.\n> More: {address}.\n\n{items}\n"


def taken_apart(text: str) -> Plan:
    """A document's segments."""
    return plan(by_name("markdown").extract(text.encode(), "de"), "en", "de")


def joined(texts: dict[str, str], words: int) -> str:
    """One document of as many of the documents, one after the other, as have so many words."""
    parts: list[str] = []
    found = 0
    for text in texts.values():
        parts.append(text)
        found += sum(count_words(part.source) for part in taken_apart(text).segments)
        if found >= words:
            break
    return "\n".join(parts)


def changed(texts: dict[str, str], share: float, seed: int) -> dict[str, str]:
    """The documents with a share of their segments changed by a word each."""
    chance = random.Random(seed)
    result = {}
    for name, text in texts.items():
        for segment in taken_apart(text).segments:
            if chance.random() < share and text.count(segment.source) == 1:
                first, _, rest = segment.source.partition(" ")
                text = text.replace(
                    segment.source, f"{first} {chance.choice(VOCABULARY.split())} {rest}"
                )
        result[name] = text
    return result


def written(texts: dict[str, str], folder: Path) -> Path:
    """The documents as files of a new folder."""
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder
