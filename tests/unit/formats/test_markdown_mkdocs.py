"""Markdown of MkDocs: Python-Markdown with pymdown-extensions, which read the results here."""

from __future__ import annotations

import re

import markdown
import pytest

from domain.errors import DocumentError
from formats.registry import by_name

MKDOCS = by_name("markdown:mkdocs")
EXTENSIONS = [
    *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"),
    *("pymdownx.arithmatex", "pymdownx.critic", "pymdownx.details", "pymdownx.keys"),
    *("pymdownx.superfences", "pymdownx.blocks.admonition", "pymdownx.blocks.tab"),
]
CONFIGS = {
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.blocks.admonition": {"types": ["note", "tip", "warning"]},
}


def built(page: str) -> str:
    """A page as its site shows it."""
    extensions = [*EXTENSIONS, "pymdownx.tabbed"]
    return markdown.markdown(page, extensions=extensions, extension_configs=CONFIGS)


def outline(page: str) -> list[str]:
    """The tags of a page as its site shows it, and nothing of what is between them."""
    return [
        re.sub(r'\b(?:id|for|href|title)="[^"]*"', "", tag)
        for tag in re.findall(r"<[^>]+>", built(page))
    ]


def texts(page: str) -> list[str]:
    return [unit.text for unit in MKDOCS.extract(page.encode(), "de")]


def assembled(page: str, *translations: str) -> str:
    return MKDOCS.assemble(page.encode(), translations, "de").decode()


PAGE = """\
!!! warning "Mind the step"

    It is steep.
    Hold the rail.

    - one

        ??? tip "Why"
            Because it is old.

                left.alone()

=== "By train"

    Take the *second* exit.

    ```sh
    echo "left alone"
    ```

=== "By bus"

    Get off at the bridge.

/// note | Opening hours
From nine to five.
///

Ticket
:   A slip of paper.

    Keep it.

*[HQ]: Head quarters

Press ++ctrl+c++ in HQ, :material-check: then $a_1$.[^1]
{: .wide }

[^1]:
    A long note
    over two lines.
"""


def test_bodies_are_text_and_marks_stay() -> None:
    """Bodies and titles are handed out; words of types, marks and code are not."""
    assert texts(PAGE) == [
        "Mind the step",
        "It is steep.\nHold the rail.",
        "one",
        "Why",
        "Because it is old.",
        "By train",
        "Take the *second* exit.",
        "By bus",
        "Get off at the bridge.",
        "Opening hours",
        "From nine to five.",
        "Ticket",
        "A slip of paper.",
        "Keep it.",
        "Head quarters",
        "Press ++ctrl+c++ in HQ, :material-check: then $a_1$.[^1]",
        "A long note\nover two lines.",
    ]


def test_a_translated_page_is_built_alike() -> None:
    """Python-Markdown makes the same elements of a page and of its translation."""
    translated = assembled(
        PAGE,
        "Vorsicht, Stufe",
        "Sie ist steil. Bitte das Geländer\nbenutzen.",
        "eins",
        "Warum",
        "Weil sie alt ist.",
        "Mit dem Zug",
        "Nehmen Sie den *zweiten* Ausgang.",
        "Mit dem Bus",
        "Steigen Sie an der Brücke aus.",
        "Öffnungszeiten",
        "Von neun bis fünf.",
        "Karte",
        "Ein Stück Papier.",
        "Heben Sie es auf.",
        "Hauptquartier",
        "++ctrl+c++ im HQ drücken, :material-check: dann $a_1$.[^1]",
        "Eine lange\nAnmerkung.",
    )
    assert outline(translated) == outline(PAGE)
    assert '!!! warning "Vorsicht, Stufe"\n\n    Sie ist steil.' in translated
    assert "                left.alone()\n" in translated
    assert "{: .wide }" in translated
    assert MKDOCS.same_structure(PAGE.encode(), translated.encode()) is None


@pytest.mark.parametrize(
    ("source", "translation", "expected"),
    [
        ('!!! note "A title"\n', "„Ein“ Titel", '!!! note "„Ein“ Titel"\n'),
        ('!!! note "A title"\n', 'Ein "Titel"', '!!! note "Ein "Titel""\n'),
        ('=== "A tab"\n\n    x\n', "Ein\nReiter", '=== "Ein Reiter"\n\n    x\n'),
        ("??? note\n    A text\n", '!!! note "Titel"', '??? note\n    \\!!! note "Titel"\n'),
        ("A text\n", "#ein Wort", "\\#ein Wort\n"),
        ("A text\n", "/// note", "&#47;// note\n"),
        ("A text\n", "Ein `Wort`", "Ein \\`Wort\\`\n"),
        ("A text\n", "Ein <b>Wort</b>", "Ein &#60;b>Wort&#60;/b>\n"),
        ("A text\n", "Hinweis: so", "Hinweis&#58; so\n"),
        ("# A text {#a}\n", "Ein {Wort}", "# Ein \\{Wort} {#a}\n"),
        ("# A {word} b {#a}\n", "Hier {word}", "# Hier \\{word} {#a}\n"),
        ("|a|\n|-|\n|A text|\n", "Ein {Wort}", "|a|\n|-|\n|Ein \\{Wort}|\n"),
    ],
)
def test_what_a_translation_must_not_become(source: str, translation: str, expected: str) -> None:
    """A text stays the text of its block, with quotes that the block's expression reads."""
    units = texts(source)
    given = [*units[:-1], translation] if "\n\n" not in source else [translation, *units[1:]]
    result = assembled(source, *given)
    assert expected == result
    assert outline(result) == outline(source)
    assert "Wort" not in expected or "Wort" in re.sub(r"<[^>]+>", "", built(result))


def test_metadata_of_a_first_line() -> None:
    """Lines of keys that begin a page stay, but for titles that readers see."""
    page = "title: A page\ntemplate: wide.html\n\nSome text.\n"
    assert texts(page) == ["A page", "Some text."]
    assert assembled(page, "Eine Seite", "Text.") == (
        "title: Eine Seite\ntemplate: wide.html\n\nText.\n"
    )
    assert texts("Some text.\n\nNote: more.\n") == ["Some text.", "Note: more."]


@pytest.mark.parametrize(
    "page",
    [
        '--8<-- "includes/abbreviations.md"\n',
        "--8<--\none.md\ntwo.md\n--8<--\n",
        "::: package.module\n    options:\n      members: no\n",
        "[TOC]\n",
        "{% include 'x.html' %}\n",
        "$$\na + b\n$$\n",
        "\\[\na + b\n\\]\n",
        "    code\n",
        "{: .wide }\n",
    ],
)
def test_what_stays_whole(page: str) -> None:
    """There is nothing to translate in these."""
    with pytest.raises(DocumentError, match="no text to translate"):
        texts(page)


def test_attribute_lists_stay() -> None:
    """Those of headings are none of their text, those in a text are placeholders of it."""
    page = "## Notes { #notes .x }\n\n[Send](x.md){ .md-button } it.\n"
    assert texts(page) == ["Notes", "[Send](x.md){ .md-button } it."]
    assert assembled(page, "Hinweise", "[Senden](x.md){ .md-button }.") == (
        "## Hinweise { #notes .x }\n\n[Senden](x.md){ .md-button }.\n"
    )


def test_indentation_is_of_four() -> None:
    """Six columns in a list are text to Python-Markdown, eight are code."""
    page = "- one\n\n      two\n\n        three()\n"
    assert texts(page) == ["one", "two"]
    assert "<code>" in built(page)
    page = "  1.  one\n\n    ```sh\n    two()\n    ```\n\n    three\n\n  - four\n"
    assert texts(page) == ["one", "three", "four"]
    assert texts("- one\n- two\n    - three\n") == ["one", "two", "three"]
    assert texts("- one\n\n  two\n- three\n") == ["one", "two", "three"]


def test_html_ends_with_its_element() -> None:
    """What follows an element is Markdown without a blank line, and so is what it says is."""
    page = (
        "<div>\nIt is <b>steep</b>.\n</div>\nThe [map] of it.\n\n"
        "<figcaption markdown>The [map]</figcaption>\n\n"
        "<div markdown>\n- one\n</div>\n"
        "<!-- new -->, said the [map].\n  [map]: map.md\n"
    )
    assert texts(page) == [
        "It is <b>steep</b>.",
        "The [map][map] of it.",
        "The [map][map]",
        "one",
        "<!-- new -->, said the [map][map].",
    ]
    translated = assembled(
        page,
        "Es ist <b>steil</b>.",
        "Seine [Karte][map].",
        "Die [Karte][map]",
        "eins",
        "<!-- new -->, sagte die [Karte][map].",
    )
    assert outline(translated) == outline(page)
    assert built(translated).count('href="map.md">Karte</a>') == 3


def test_links_of_python_markdown() -> None:
    """A link before a footnote, one with a parted label, and one to a script are links."""
    page = (
        "A [plan][^1], a [drawing]\n[map], a [demo].\n\n[^1]: Of ours.\n\n"
        '[plan]: plan.md\n[map]: map.md\n[demo]: javascript:show("it")\n'
    )
    assert texts(page)[0] == "A [plan][plan][^1], a [drawing][map], a [demo][demo]."
    translated = assembled(
        page, "Eine [Karte][map], ein [Plan][plan][^1], [mehr][demo].", "Von uns."
    )
    assert sorted(outline(translated)) == sorted(outline(page))
    assert MKDOCS.same_structure(page.encode(), translated.encode()) is None


def test_terms_that_are_comments() -> None:
    """A definition whose term is a comment has its body read."""
    page = "<!-- option -->\n\n:   !!! note\n\n        It is steep.\n"
    assert texts(page) == ["It is steep."]
    assert outline(assembled(page, "Es ist steil.")) == outline(page)


def test_titles_of_code() -> None:
    """A fence's title is text, but for the name of a file; it stays between its quotes."""
    page = (
        '```py title="How to begin" linenums="1"\nbegin()\n```\n\n```py title="a.py"\n```\n\nA.\n'
    )
    assert texts(page) == ["How to begin", "A."]
    assert assembled(page, 'So "beginnt" man', "A.") == page.replace(
        "How to begin", "So 'beginnt' man"
    )


def test_names_of_people_and_issues() -> None:
    """Names with an @ and issues of a repository are none of the words."""
    with pytest.raises(DocumentError, match="no text to translate"):
        texts("@someone owner/name#12 :material-check:\n")
