"""Markdown of Sphinx, which MyST-Parser reads here."""

from __future__ import annotations

import warnings

import pytest
from docutils.core import publish_doctree
from docutils.nodes import Element, Node

from domain.errors import DocumentError
from formats.registry import by_name

MYST = by_name("markdown:myst")
SETTINGS = {
    "myst_enable_extensions": [
        *("attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "amsmath"),
    ],
    "report_level": 5,
}


def outline(page: str) -> list[str]:
    """The elements of a page as docutils reads it, with the attributes that no text is in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from myst_parser.parsers.docutils_ import Parser

        tree = publish_doctree(page, parser=Parser(), settings_overrides=dict(SETTINGS))
    return [_named(node) for node in tree.findall(Element) if node.tagname != "system_message"]


def _named(node: Node) -> str:
    assert isinstance(node, Element)
    kept = ("refuri", "refid", "classes", "language", "uri") if node.tagname != "section" else ()
    return " ".join([node.tagname, *(str(node.get(name)) for name in kept)])


def texts(page: str) -> list[str]:
    return [unit.text for unit in MYST.extract(page.encode(), "de")]


def assembled(page: str, *translations: str) -> str:
    return MYST.assemble(page.encode(), translations, "de").decode()


PAGE = """\
(the-plan)=
# The plan

% nobody reads this

:::{note}
:class: wide

Read {ref}`the plan <the-plan>` or {doc}`other`.

- one
:::

````{admonition} Mind the *gap*
---
class: x
---
It is wide.

```python
left.alone()
```
````

```{figure} map.png
:alt: A map of the town
:width: 200px

Where it is.
```

```{math}
a + b
```

+++ {"part": 2}

{.lead}
Costs $a_1$ and more.

$$
a + b
$$ (sum)

Term
: What it is.
"""


def test_bodies_of_directives_are_text() -> None:
    """Bodies, titles and what readers see of options are handed out."""
    assert texts(PAGE) == [
        "The plan",
        "Read {ref}`the plan <the-plan>` or {doc}`other`.",
        "one",
        "Mind the *gap*",
        "It is wide.",
        "A map of the town",
        "Where it is.",
        "Costs $a_1$ and more.",
        "Term",
        "What it is.",
    ]


def test_a_translated_page_is_read_alike() -> None:
    """MyST-Parser makes the same elements of a page and of its translation."""
    translated = assembled(
        PAGE,
        "Der Plan",
        "Siehe {doc}`other` oder {ref}`den Plan <the-plan>`.",
        "eins",
        "*Vorsicht*, Lücke",
        "3. Oktober: breit.",
        'Eine Karte der "Stadt"',
        "Da ist es.",
        "Mehr als $a_1$.",
        "Wort",
        "Was es ist.",
    )
    assert sorted(outline(translated)) == sorted(outline(PAGE))
    assert "3\\. Oktober" in translated
    assert ':alt: Eine Karte der "Stadt"\n:width: 200px\n' in translated
    assert "{ref}`den Plan <the-plan>`" in translated
    assert MYST.same_structure(PAGE.encode(), translated.encode()) is None


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("% Ein Wort", "\\% Ein Wort\n"),
        ("(Wort)=", "\\(Wort)=\n"),
        ("+++", "\\+++\n"),
        (":::{note}", "\\:::{note}\n"),
        ("Ein {ref}`Wort`", "Ein \\{ref}\\`Wort\\`\n"),
        ("Für $5 bis $6$", "Für \\$5 bis \\$6$\n"),
        ("$$\nWort\n$$", "\\$\\$ Wort $$\n"),
        ("Wort\n: Sinn", "Wort : Sinn\n"),
    ],
)
def test_what_a_translation_must_not_become(translation: str, expected: str) -> None:
    """A paragraph stays one, without roles and formulas that its source has not."""
    assert expected == assembled("A text.\n", translation)
    assert outline(expected) == outline("A text.\n")


@pytest.mark.parametrize(
    "page",
    [
        "```{code-block} python\nprint(1)\n```\n",
        "```{toctree}\n:maxdepth: 2\n\nother\nTitle of it <page>\n```\n",
        ":::{eval-rst}\nSome text.\n:::\n",
        "```{image} a.png\n:width: 20px\n```\n",
        "(the-plan)=\n",
        "% a comment\n",
        "{ref}`other`\n",
        "$a_{sum}$\n",
    ],
)
def test_what_stays_whole(page: str) -> None:
    """There is nothing to translate in these."""
    with pytest.raises(DocumentError, match="no text to translate"):
        texts(page)


def test_titles_behind_colons() -> None:
    """A directive of colons has its title translated."""
    page = ":::{admonition} A title\n:class: tip\n\nSome text.\n:::\n"
    assert assembled(page, "Ein Titel", "Text.") == (
        ":::{admonition} Ein Titel\n:class: tip\n\nText.\n:::\n"
    )


def test_addresses_in_angle_brackets() -> None:
    """A link to a target or a page has no text of its own."""
    with pytest.raises(DocumentError, match="no text to translate"):
        texts("<project:plan.md> \\\\$a$\n")


def test_captions_of_code() -> None:
    """A caption is text where the body is none."""
    page = "```{code-block} python\n:caption: How to print\n\nprint('left alone')\n```\n"
    assert texts(page) == ["How to print"]
    assert assembled(page, "So druckt man") == page.replace("How to print", "So druckt man")
