"""The dialects of Markdown: what each knows beyond CommonMark, GFM's tables and footnotes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import punctuation

from domain.errors import DocumentError
from formats.markdown import protected
from formats.markdown.mdx import protected as mdx_protected


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
        escapes: the marks that a backslash makes text of; others need a character reference.
        eaten: a regular expression of what is taken off the end of a heading or cell, though it
            is no mark of its source.
        constructs: what its blocks are read with beyond CommonMark's, by name; of two that could
            read a line the first does.
        heading_ids: which generator makes ids of its headings; empty where none is known.
        id_form: how a heading is given an id: `braces` is `{#id}`, `anchor` an empty `<a id>`,
            `target` a line `(id)=` above it; `either` is `braces` on pages that have such lists of
            attributes, and `anchor` on others, since not every site reads them.
        bare_links: whether an address is a link without marks, up to the next white space.
        only_linked: whether those headings alone get one that the page itself links to.
    """

    name: str
    mdx: bool = False
    protect: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    constructs: tuple[str, ...] = ()
    escapes: str = punctuation
    eaten: str = ""
    heading_ids: str = ""
    id_form: str = "anchor"
    only_linked: bool = False
    bare_links: bool = False

    @property
    def beside_mdx(self) -> tuple[str, ...]:
        """What is protected beside what MDX's own rules read."""
        return tuple(one for one in self.protect if one not in mdx_protected.PATTERNS)


_FORMULAS = ("formulas", "bracketed formulas")

_MDX = mdx_protected.PATTERNS

COMMONMARK = Dialect(
    "commonmark",
    titles=("label", "behind", "attribute"),
    constructs=("template tags", "formulas", "definition lists"),
    heading_ids="github",
    only_linked=True,
    bare_links=True,
)
DIALECTS = (
    COMMONMARK,
    Dialect(
        "docusaurus",
        mdx=True,
        protect=(*_MDX, *protected.DIRECTIVES),
        titles=("label", "behind"),
        heading_ids="github",
        id_form="braces",
        bare_links=True,
    ),
    Dialect(
        "vitepress",
        protect=(*protected.ATTRIBUTES, protected.EMOJI),
        titles=("behind",),
        constructs=("titled alerts",),
        heading_ids="vitepress",
        id_form="braces",
        bare_links=True,
    ),
    Dialect("starlight", protect=protected.DIRECTIVES, titles=("label",), heading_ids="starlight"),
    Dialect("mintlify", mdx=True, protect=_MDX, heading_ids="github", bare_links=True),
    Dialect(
        "mkdocs",
        protect=(
            *protected.ATTRIBUTES,
            protected.EMOJI,
            *protected.WIKI_LINKS,
            *protected.MATHS,
            *protected.BRACKETED_MATHS,
            *protected.KEYS,
            *protected.CRITIC_MARKS,
            *protected.MENTIONS,
        ),
        constructs=(
            *("four spaces", "metadata", "unspaced headings"),
            *("indented bodies", "slash blocks", "snippets", "object docs", "table of contents"),
            *("template tags", *_FORMULAS, "attribute lines", "abbreviations", "definition lists"),
            *("elements of Markdown", "commented terms"),
            *("HTML of Python-Markdown", "links of Python-Markdown"),
        ),
        escapes=r"\`*_{}[]()>#+-.!",  # of Python-Markdown
        eaten=r"(?<!\S)\{:?[ ]*[\w-][^{}\n=]*\}[ ]*$",
        heading_ids="python-markdown",
        id_form="either",
    ),
    Dialect(
        "myst",
        protect=(
            *protected.ROLES,
            *protected.AUTOLINKS,
            *protected.ATTRIBUTES,
            *protected.MYST_MATHS,
        ),
        constructs=(
            *("directives", "targets", "comments of per cent signs", "block breaks"),
            *(*_FORMULAS, "attribute lines", "definition lists"),
        ),
        heading_ids="myst",
        id_form="target",
    ),
    Dialect(
        "hugo",
        protect=(
            *protected.SHORTCODES,
            *protected.ATTRIBUTES,
            protected.EMOJI,
            *protected.BRACKETED_MATHS,
        ),
        constructs=(
            *(
                "JSON front matter",
                "shortcodes",
                "titled alerts",
                *_FORMULAS,
                "attribute lines",
                "uneven tables",
                "definition lists",
            ),
        ),
        heading_ids="goldmark",
        id_form="braces",
    ),
    Dialect(
        "quarto",
        titles=("attribute",),
        protect=(
            *protected.SHORTCODES,
            *protected.ATTRIBUTES,
            *protected.MATHS,
            *protected.CROSS_REFERENCES,
        ),
        constructs=(
            *("tables of Pandoc", "shortcodes", *_FORMULAS, "attribute lines", "definition lists"),
        ),
        heading_ids="pandoc",
        id_form="braces",
    ),
    Dialect(
        "mslearn",
        titles=("attribute",),
        protect=(*protected.INCLUSIONS, *protected.AUTOLINKS),
        constructs=("marks of Learn",),
        heading_ids="github",
    ),
    Dialect(
        "obsidian",
        protect=(*protected.WIKI_LINKS, *protected.MATHS, *protected.OBSIDIAN),
        constructs=("enclosed comments", "block ids", "titled alerts", "formulas"),
    ),
)


def as_mdx(dialect: Dialect) -> Dialect:
    """The same, written as MDX."""
    if dialect.mdx:
        return dialect
    return replace(
        dialect,
        mdx=True,
        protect=(*_MDX, *dialect.protect),
        constructs=tuple(one for one in dialect.constructs if one == "formulas"),
    )


def named(name: str, *, mdx: bool = False) -> Dialect:
    """The dialect of this name, read as MDX where the file's name says so.

    Raises:
        DocumentError: there is none; the message lists those there are.
    """
    for dialect in DIALECTS:
        if dialect.name == name:
            return as_mdx(dialect) if mdx else dialect
    names = ", ".join(dialect.name for dialect in DIALECTS)
    raise DocumentError(f"unknown dialect of Markdown {name!r}; known are {names}")
