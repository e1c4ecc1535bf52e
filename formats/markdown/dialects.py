"""The dialects of Markdown: what each knows beyond CommonMark, GFM's tables and footnotes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a site's generator reads beyond CommonMark.

    Attributes:
        name: as settings, manifests and a job's format name it.
        mdx: whether it is MDX: imports, exports, expressions and JSX instead of HTML.
        protect: regular expressions of what is a placeholder within a text, each in linear time and
            without groups that capture, as `domain.placeholders.protection` takes them.
        titles: where the titles of its containers stand: `label` is `:::note[Title]`, `behind`
            `::: note Title`, `attribute` `:::image alt-text="Title"`.
    """

    name: str
    mdx: bool = False
    protect: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


_DIRECTIVES = (r":[^\W\d][\w-]*+(?=[\[{])", r"(?<=\])\{[^{}\n]*+\}")
"""The name and the attributes of `:name[text]{attributes}`."""
_EMOJI = r"(?<![\w:]):[a-z0-9_+-]++:(?![\w:])"

COMMONMARK = Dialect("commonmark", titles=("label", "behind", "attribute"))
DIALECTS = (
    COMMONMARK,
    Dialect("docusaurus", mdx=True, protect=_DIRECTIVES, titles=("label", "behind")),
    Dialect("vitepress", protect=(_EMOJI,), titles=("behind",)),
    Dialect("starlight", protect=_DIRECTIVES, titles=("label",)),
    Dialect("mintlify", mdx=True),
    Dialect("mkdocs"),
    Dialect("myst"),
    Dialect("hugo"),
    Dialect("quarto", titles=("attribute",)),
    Dialect("mslearn", titles=("attribute",)),
    Dialect("obsidian"),
)


def named(name: str, *, mdx: bool = False) -> Dialect:
    """The dialect of this name, read as MDX where the file's name says so.

    Raises:
        DocumentError: there is none; the message lists those there are.
    """
    for dialect in DIALECTS:
        if dialect.name == name:
            return replace(dialect, mdx=True) if mdx else dialect
    names = ", ".join(dialect.name for dialect in DIALECTS)
    raise DocumentError(f"unknown dialect of Markdown {name!r}; known are {names}")
