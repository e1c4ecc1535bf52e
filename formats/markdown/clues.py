"""Which dialect a Markdown document shows by itself, where no site says it.

Only constructs are looked for that no other dialect reads and that prose does not hold by chance.
Code is no clue: a page may show another dialect's marks.
"""

from __future__ import annotations

import re

from domain.dialect_names import DialectName

_FENCED = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})(?!\{)[^\n]*\n.*?(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)

_CLUES: tuple[tuple[DialectName, re.Pattern[str]], ...] = (
    (
        "mslearn",
        re.compile(r"^:::(?:image|zone|moniker|row|code)\b|^> \[!(?:div|INCLUDE)\b", re.MULTILINE),
    ),
    ("mslearn", re.compile(r"\[!INCLUDE ?\[", re.IGNORECASE)),
    (
        "quarto",
        re.compile(r"^:{3,} *\{[.#][^}\n]*\}|^`{3,}\{(?:r|python|julia|ojs)\b", re.MULTILINE),
    ),
    ("myst", re.compile(r"^(?:`{3,}|:{3,})\{[A-Za-z][\w:-]*\}", re.MULTILINE)),
    ("myst", re.compile(r"\{(?:ref|doc|term|numref|eq|cite|download|any)\}`[^`\n]+`")),
    (
        "mkdocs",
        re.compile(
            r"^[ ]*(?:!!!|\?\?\?\+?) ?[\w-]+(?: [^\n]*)?\n(?:[ \t]*\n)?[ ]*(?:    |\t)\S"
            r'|^[ ]*===!? "[^"\n]+"[ \t]*\n(?:[ \t]*\n)?[ ]*(?:    |\t)\S',
            re.MULTILINE,
        ),
    ),
    ("hugo", re.compile(r"\{\{[<%] */?[\w./-]+[^\n]*[%>]\}\}")),
    ("vitepress", re.compile(r"^:::+ (?:tip|info|warning|danger|details)\b", re.MULTILINE)),
    # Docusaurus has these too, but reads all else of a page as MDX, which a page alone seldom is.
    (
        "starlight",
        re.compile(
            r"^:::+(?:note|tip|info|warning|danger|caution)(?:\[[^\n]*\]|\{|[ \t]*$)", re.MULTILINE
        ),
    ),
    ("obsidian", re.compile(r"!\[\[[^\[\]\n]+\]\]|(?<![!\w\[])\[\[[^\[\]\n|]+\|[^\[\]\n]+\]\]")),
)


def dialect_shown(text: str) -> DialectName | None:
    """The dialect that a document's marks are of; None where they are of none in particular."""
    prose = _FENCED.sub("", text)
    return next((name for name, clue in _CLUES if clue.search(prose)), None)
