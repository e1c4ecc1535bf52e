"""Containers and directives of Markdown: their lines stay, their titles are texts."""

from __future__ import annotations

import pytest

from formats.registry import by_name

PAGE = """\
:::warning
Mind the *step*.
:::

::::note[The [old] road]{.wide #road}

:::tip Good shoes

Take them.

:::
::::

::: details Read more {open}
Text before
:::
Text behind

- In a list

  ::: info
  More words
  :::

> ::: danger STOP NOW
> Quoted.
> :::

:::image source="map.png" alt-text="A map of the road":::

::youtube[How to walk]{#walking}

[[toc]]
"""
PLAIN = [
    *("Mind the *step*.", "The [old] road", "Good shoes", "Take them.", "Read more"),
    *("Text before", "Text behind", "In a list", "More words", "STOP NOW", "Quoted."),
    *("A map of the road", "How to walk"),
]


def texts(name: str, page: str) -> list[str]:
    return [unit.text for unit in by_name(name).extract(page.encode(), "de")]


def translated(name: str, page: str, **words: str) -> str:
    form = by_name(name)
    found = [unit.text for unit in form.extract(page.encode(), "de")]
    for old, new in words.items():
        found = [text.replace(old, new) for text in found]
    output = form.assemble(page.encode(), found, "de")
    assert form.same_structure(page.encode(), output) is None
    return output.decode()


def test_a_page_of_no_dialect() -> None:
    """All that stands between marks is text, and titles in any of their forms; marks stay."""
    assert texts("markdown", PAGE) == PLAIN
    output = translated("markdown", PAGE, e="é")
    lines = [
        (old, new)
        for old, new in zip(PAGE.splitlines(), output.splitlines(), strict=True)
        if ":::" in old or old.startswith(("::", "[["))
    ]
    assert [new for old, new in lines if old != new] == [
        "::::note[Thé [old] road]{.wide #road}",
        ":::tip Good shoés",
        "::: details Réad moré {open}",
        ':::image source="map.png" alt-text="A map of thé road":::',
    ]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("markdown:vitepress", {"The [old] road", "A map of the road", "How to walk"}),
        ("markdown:starlight", {"Good shoes", "Read more", "STOP NOW", "A map of the road"}),
        ("markdown:docusaurus", {"A map of the road"}),
        (
            "markdown:mslearn",
            {"The [old] road", "Good shoes", "Read more", "STOP NOW", "How to walk"},
        ),
    ],
)
def test_titles_are_those_of_the_dialect(name: str, left: set[str]) -> None:
    """What is no title to a site's generator stays with its line."""
    assert texts(name, PAGE) == [text for text in PLAIN if text not in left]


@pytest.mark.parametrize("start", [":::note", "::leaf", "::: tip Word", "[[toc]]", "::::"])
def test_no_translation_becomes_a_mark(start: str) -> None:
    """A translation that begins as a mark does is escaped, on each of its lines."""
    page = "One word\nand another.\n"
    form = by_name("markdown:docusaurus")
    output = form.assemble(page.encode(), [f"Ein Wort\n{start}"], "de").decode()
    assert output == f"Ein Wort\n\\{start}\n"
    assert form.same_structure(page.encode(), output.encode()) is None


@pytest.mark.parametrize(
    ("page", "title", "expected"),
    [
        (":::note[A title]\nText\n:::\n", "Eins] zwei", r":::note[Eins\] zwei]"),
        (":::note[A title]\nText\n:::\n", "Eins\nzwei", ":::note[Eins zwei]"),
        ("::: tip A title\nText\n:::\n", "Titel {open}", "::: tip A title"),
        ("::: tip A title\nText\n:::\n", "Titel :::", "::: tip A title"),
        (':::image alt-text="A goat":::\n\nText\n', '"Ziege"', ':::image alt-text="A goat":::'),
    ],
)
def test_no_title_ends_its_mark(page: str, title: str, expected: str) -> None:
    """A title that would be read as something else is escaped, or its source stays."""
    form = by_name("markdown")
    output = form.assemble(page.encode(), [title, "Text"], "de").decode()
    assert output.splitlines()[0] == expected
    assert form.same_structure(page.encode(), output.encode()) is None


def test_text_directives() -> None:
    """A translation gets no `:name[…]` that its source lacks; a bare colon is left alone."""
    page = "At 10:30, see [this](a.md) and :abbr[HTML]{title=x}.\n"
    form = by_name("markdown:starlight")
    same = "Um 10:30: siehe [dies](a.md), :abbr[HTML]{title=x}."
    (unit,) = form.extract(page.encode(), "de")
    assert unit.text == page.strip()
    assert form.assemble(page.encode(), [same], "de").decode() == same + "\n"
    more = "Um 10:30 siehe:hier[dies](a.md), :abbr[HTML]{title=x}."
    assert form.assemble(page.encode(), [more], "de").decode() == (
        "Um 10:30 siehe\\:hier[dies](a.md), :abbr[HTML]{title=x}.\n"
    )


def test_a_changed_mark_is_told() -> None:
    """The structure is another where a mark is another, or its attributes are."""
    form = by_name("markdown")
    assert form.same_structure(b":::note\nA\n:::\n", b":::hint\nA\n:::\n") == (
        "line 1: container mark changed"
    )
    assert form.same_structure(b":::note[A]{.b}\n", b":::note[C]{.b}\n") is None
    assert form.same_structure(b":::note[A]{.b}\n", b":::note[A]{.c}\n") is not None


@pytest.mark.parametrize("mark", ["{ #notes }", "{/*notes*/}", "{/* #notes */}", "{#notes .x}"])
def test_marks_of_headings_stay(mark: str) -> None:
    """An id behind a heading is no text, with spaces or in a comment too."""
    page = f"## The notes {mark}\n"
    assert texts("markdown", page) == ["The notes"]
    assert translated("markdown", page, The="Die") == f"## Die notes {mark}\n"


SITE = """\
---
hero:
  name: Walks
  text: Walk more
  actions:
    - theme: brand
      text: Begin
sidebar:
  label: All walks
label: the-walks
---

> [!TIP] Good to know
> Wear shoes.

[[toc]]

<<< @/shoes.js{2}
"""


def test_a_page_of_vitepress() -> None:
    """Titles of alerts are texts, and what a home page's front matter shows; files included
    stay, and so does what is no label but an id."""
    assert texts("markdown:vitepress", SITE) == [
        *("Walk more", "Begin", "All walks", "Good to know", "Wear shoes."),
    ]
    changed = translated("markdown:vitepress", SITE, o="ö")
    assert changed.splitlines()[-6:] == [
        "> [!TIP] Gööd tö knöw",
        "> Wear shöes.",
        "",
        "[[toc]]",
        "",
        "<<< @/shoes.js{2}",
    ]
