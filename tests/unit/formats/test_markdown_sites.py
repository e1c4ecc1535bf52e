"""Markdown of Hugo, Quarto, Learn and Obsidian, and front matter in TOML."""

from __future__ import annotations

import tomllib

import pytest

from domain.errors import DocumentError
from formats.registry import by_name


def texts(dialect: str, page: str) -> list[str]:
    return [unit.text for unit in by_name(f"markdown:{dialect}").extract(page.encode(), "de")]


def assembled(dialect: str, page: str, *translations: str) -> str:
    return by_name(f"markdown:{dialect}").assemble(page.encode(), translations, "de").decode()


HUGO = """\
+++
title = "A plan" # of ours
weight = 3
[params]
summary = 'In "short"'
+++

{{< tabs >}}
{{% tab name="x" title="By train" %}}
Take the {{< param "exit" >}} exit.
{{% /tab %}}
{{< /tabs >}}

{{< highlight go >}}
left.alone()
{{< /highlight >}}

## Notes {#notes}

> [!NOTE] Mind it
> It is steep.
"""
QUARTO = """\
## Notes {#sec-notes .x}

::: {.callout-note title="Mind it"}
See @fig-map, [wide]{.smallcaps} and {{< meta x >}}.
:::

```{r}
#| echo: false
left.alone()
```

$$
a + b
$$ {#eq-sum}
"""
LEARN = """\
# Notes

> [!NOTE]
> It is steep.

:::image type="content" source="a.png" alt-text="A map":::

> [!div class="nextstepaction"]
> [Go on](b.md)

[!INCLUDE [name](../c.md)]

::: moniker range=">=2.0"

New text.

::: moniker-end
"""
OBSIDIAN = """\
# Notes

> [!tip]- Mind it
> See [[Other page|the page]] and [[Third]]. #steep

%%
left alone
%%

![[map.png|300]]

A line of text. ^line-1
"""


@pytest.mark.parametrize(
    ("dialect", "page", "units"),
    [
        (
            "hugo",
            HUGO,
            [
                "A plan",
                'In "short"',
                "By train",
                'Take the {{< param "exit" >}} exit.',
                "Notes",
                "Mind it",
                "It is steep.",
            ],
        ),
        (
            "quarto",
            QUARTO,
            ["Notes", "Mind it", "See @fig-map, [wide]{.smallcaps} and {{< meta x >}}."],
        ),
        ("mslearn", LEARN, ["Notes", "It is steep.", "A map", "[Go on](b.md)", "New text."]),
        (
            "obsidian",
            OBSIDIAN,
            [
                "Notes",
                "Mind it",
                "See [[Other page|the page]] and [[Third]]. #steep",
                "A line of text. ^line-1",
            ],
        ),
    ],
)
def test_texts_of_a_site(dialect: str, page: str, units: list[str]) -> None:
    """Bodies and titles are handed out, marks and code are not; what comes back is unchanged."""
    assert units == texts(dialect, page)
    assert page == assembled(dialect, page, *units)


@pytest.mark.parametrize(
    ("dialect", "page", "translations", "expected"),
    [
        (
            "hugo",
            '{{< figure src="a.png" title="A map" alt="Of it" >}}\n',
            ['Eine "Karte"', "Davon"],
            '{{< figure src="a.png" title="Eine \\"Karte\\"" alt="Davon" >}}\n',
        ),
        (
            "hugo",
            "> [!NOTE] Mind it\n> A {{< x >}} b.\n",
            ["Vorsicht", "Ein {{< y >}} {{< x >}}."],
            "> [!NOTE] Vorsicht\n> Ein \\{\\{< y >}} {{< x >}}.\n",
        ),
        (
            "quarto",
            "See @fig-map.\n",
            ["Siehe @fig-map und @dort."],
            "Siehe @fig-map und \\@dort.\n",
        ),
        ("quarto", "A text.\n", [": Kein Sinn"], "\\: Kein Sinn\n"),
        (
            "obsidian",
            "See [[Other|the page]].\n",
            ["Siehe [[Other|die Seite]] und [[Mehr]]."],
            "Siehe [[Other|die Seite]] und \\[\\[Mehr\\]\\].\n",
        ),
        ("obsidian", "A text.\n", ["%%Wort%%"], "\\%\\%Wort%%\n"),
        ("mslearn", "A text.\n", ["[!INCLUDE [a](b)]"], "\\[!INCLUDE [a](b)]\n"),
    ],
)
def test_a_translation_in_its_place(
    dialect: str, page: str, translations: list[str], expected: str
) -> None:
    """Marks that the source has stay; those that it has not become text."""
    assert expected == assembled(dialect, page, *translations)


def test_one_value_of_toml() -> None:
    """A value changes, comments, quotes, order and line ends around it do not."""
    page = (
        "+++\r\n# of ours\r\ntitle = 'A \"plan\"'   # here\r\ndate = 2020-01-02\r\n"
        "description = '''\r\nA long\r\ntext'''\r\n\r\n[[cards]]\r\nslug = \"a\"\r\n"
        'heading = "One"\r\n+++\r\n\r\nText.\r\n'
    )
    assert texts("hugo", page) == ['A "plan"', "A long\ntext", "One", "Text."]
    result = assembled("hugo", page, 'Ein "Plan"', "Ein langer\nText", "Eins 'A'", "Text da.")
    assert result == (
        "+++\r\n# of ours\r\ntitle = 'Ein \"Plan\"'   # here\r\ndate = 2020-01-02\r\n"
        "description = '''\r\nEin langer\r\nText'''\r\n\r\n[[cards]]\r\nslug = \"a\"\r\n"
        "heading = \"Eins 'A'\"\r\n+++\r\n\r\nText da.\r\n"
    )
    front = tomllib.loads(result.split("+++")[1].replace("\r\n", "\n"))
    assert front["description"] == "Ein langer\nText"


@pytest.mark.parametrize(
    ("title", "translation", "expected"),
    [
        ("'A plan'", "Mamas 'Plan'", "\"Mamas 'Plan'\""),
        ('"A plan"', 'Der "Plan" \\ 1', '"Der \\"Plan\\" \\\\ 1"'),
        ('"A plan"', "Der\nPlan", '"Der\\nPlan"'),
        ('"""A plan"""', 'Der """Plan"""', '"""Der ""\\"Plan""\\""""'),
    ],
)
def test_quotes_of_toml(title: str, translation: str, expected: str) -> None:
    """A value keeps its quotes where they can hold it; TOML reads what was given."""
    result = assembled("hugo", f"+++\ntitle = {title}\n+++\n\nText.\n", translation, "Text.")
    assert result == f"+++\ntitle = {expected}\n+++\n\nText.\n"
    assert tomllib.loads(result.split("+++")[1])["title"] == translation


def test_what_is_no_toml() -> None:
    """Without TOML between them, lines of +++ are text."""
    assert texts("commonmark", "+++\nSome text.\n+++\n") == ["+++\nSome text.\n+++"]
    with pytest.raises(DocumentError, match="no text to translate"):
        texts("commonmark", "+++\nweight = 3\n+++\n")


@pytest.mark.parametrize(
    "page",
    [
        "$$\n(a + b)^2 = a^2\n$$\n",
        "{% if draft %}\n",
        "{% raw %}\nleft alone\n{% endraw %}\n",
        "{{#if draft}}\n",
        "<#if draft>\n",
    ],
)
def test_what_stays_whole_anywhere(page: str) -> None:
    """Formulas and template tags alone on their lines stay in plain Markdown too."""
    with pytest.raises(DocumentError, match="no text to translate"):
        texts("commonmark", page)


def test_template_tags_between_lines() -> None:
    """A template's tag parts texts, and stays."""
    page = "One.\n{% if draft %}\nTwo.\n{% endif %}\n"
    assert texts("commonmark", page) == ["One.", "Two."]
    assert assembled("commonmark", page, "Eins.", "{% Zwei %}") == (
        "Eins.\n{% if draft %}\n\\{% Zwei %}\n{% endif %}\n"
    )


def test_several_terms_and_shortcodes_over_lines() -> None:
    """Each line above a definition is a term; a shortcode stays over as many lines as it takes."""
    page = "One\nTwo\n: What both are.\n: And {{< x\n  y >}} more.\n\n{{< z\n  a=1\n>}}\n"
    assert texts("hugo", page) == ["One", "Two", "What both are.", "And {{< x\ny >}} more."]


def test_code_in_shortcodes() -> None:
    """What stands between them is code, also where a longer name begins like a shorter one."""
    page = (
        "A.\n<!-- x -->\n{{< code-toggle file=hugo >}}\ntitle: left alone\n{{</ code-toggle >}}\n"
    )
    assert texts("hugo", page) == ["A."]


def test_tables_with_fewer_headings() -> None:
    """A table of Goldmark's with too few headings stays whole."""
    assert texts("hugo", "One|Two\n:--|:--|:--\na|text\n\nMore.\n") == ["More."]


@pytest.mark.parametrize(
    "table",
    [
        "+-----+------+\n| One | Two  |\n+=====+======+\n| a   | text |\n+-----+------+\n",
        "One    Two\n-----  ------\na      text\n",
        "-------------\nOne    Two\n-----  ------\na      text\n\nb      text\n-------------\n",
        "-----  ------\na      text\n-----  ------\n",
    ],
)
def test_tables_of_columns_on_their_lines(table: str) -> None:
    """Pandoc's tables of dashes stay, and what follows them is text."""
    page = f"{table}\nSome text.\n"
    assert texts("quarto", page) == ["Some text."]
    assert texts("quarto", "A heading\n---------\n\nSome text.\n") == ["A heading", "Some text."]
