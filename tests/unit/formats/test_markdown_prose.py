"""What is prose in Markdown outside of its paragraphs: front matter, titles, tags and HTML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.markdown.format import MarkdownFormat
from formats.markdown.parser import whole
from formats.port import Format
from formats.registry import by_name

MARKDOWN = MarkdownFormat()
MDX = by_name("mdx")

FRONT = """\
---
title: The guide
slug: the-guide
description: >
  How to do it,
  in two lines.
tags: [first words, second]
hero:
  tagline: 'It''s good'
  image: {src: a.png, alt: A goat}
draft: true
---

Text.
"""
HTML = """\
<p align="center">
  <img src="a.png" alt="A goat"> <b>Fast</b> and free
</p>

<details>
<summary>More &amp; more</summary>

- item

  <div title="Inner words">in a list</div>

</details>
"""


def units(document: str, form: Format = MARKDOWN) -> list[tuple[str, str, str]]:
    return [(one.path, one.role, one.text) for one in form.extract(document.encode(), "de")]


def assembled(document: str, *translations: str) -> str:
    return MARKDOWN.assemble(document.encode(), translations, "de").decode()


def test_front_matter() -> None:
    """Values that readers see are texts, by their last key; all others stay."""
    found = units(FRONT)
    assert found[:-1] == [
        ("title", "title", "The guide"),
        ("description", "paragraph", "How to do it, in two lines.\n"),
        ("hero.tagline", "label", "It's good"),
        ("hero.image.alt", "label", "A goat"),
    ]
    output = assembled(FRONT, "Das: Buch", "So geht es.", "Es ist's", "Ziege, weiß", "Text.")
    assert MARKDOWN.same_structure(FRONT.encode(), output.encode()) is None
    before, after = (yaml.safe_load(text.split("---")[1]) for text in (FRONT, output))
    assert after == {
        **before,
        "title": "Das: Buch",
        "description": "So geht es.\n",
        "hero": {"tagline": "Es ist's", "image": {"src": "a.png", "alt": "Ziege, weiß"}},
    }


def test_front_matter_that_is_no_yaml() -> None:
    """What can't be read stays."""
    assert units("---\ntitle: a: b\n---\n\nText.\n") == [("", "paragraph", "Text.")]


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_blocks_of_html(line: str) -> None:
    """They have the texts that HTML has, in their place among the others; also within lists."""
    document = HTML.replace("\n", line)
    assert units(document) == [
        ("img.alt", "label", "A goat"),
        ("", "paragraph", "<b>Fast</b> and free"),
        ("", "label", "More &amp; more"),
        ("", "list_item", "item"),
        ("div.title", "label", "Inner words"),
        ("", "paragraph", "in a list"),
    ]
    translations = ("Ziege", "Frei und <b>flink</b>", "Noch mehr", "Punkt", "Innen", "in Liste")
    output = assembled(document, *translations)
    assert MARKDOWN.same_structure(document.encode(), output.encode()) is None
    assert [text for _, _, text in units(output)] == list(translations)
    assert f"</summary>{line}{line}- Punkt{line}{line}  <div" in output


def test_html_behind_marks() -> None:
    """A block of HTML whose lines have marks of a quote before them stays."""
    assert units("> <div>\n> In a quote.\n> </div>\n>\n> Text.\n") == [("", "paragraph", "Text.")]


def test_mdx_has_no_html() -> None:
    """What looks like HTML in MDX is JSX, and Markdown stands between its tags."""
    document = '<Tab label="One">\n  Some *text*\n</Tab>\n\nText.\n'
    assert units(document, MDX) == [
        ("Tab.label", "label", "One"),
        ("", "paragraph", "Some *text*"),
        ("", "paragraph", "Text."),
    ]
    assert len(units(document)) == 2


TITLED = """\
See [the guide](g.md "The best one") and ![goat](a.png 'A goat') or
<a href="x" title="A tip"><img alt="Status" src="y"></a>, not `<img alt="this">`.

| A [cell](c.md "Its title") | b |
| --- | --- |

[ref]: http://a.test/b "Its own title"
[other]: <b c> 'No 12'
"""


def test_titles_and_attributes() -> None:
    """Each stands behind the text that it is in, and a translation keeps it where it goes."""
    found = units(TITLED)
    assert [(path, text) for path, _, text in found if path] == [
        ("a.title", "The best one"),
        ("a.title", "A goat"),
        ("a.title", "A tip"),
        ("img.alt", "Status"),
        ("a.title", "Its title"),
        ("a.title", "Its own title"),
        ("a.title", "No 12"),
    ]
    sentence = found[0][2]
    moved = sentence.split(" and ")[1].replace("\n", " ") + " und " + sentence.split(" and ")[0]
    translations = [f"Ü {text}" if path else text for path, _, text in found]
    output = assembled(TITLED, moved, *translations[1:])
    assert MARKDOWN.same_structure(TITLED.encode(), output.encode()) is None
    assert "![goat](a.png 'Ü A goat')" in output
    assert '[the guide](g.md "Ü The best one")' in output
    assert '<a href="x" title="Ü A tip"><img alt="Ü Status" src="y"></a>' in output
    assert '| A [cell](c.md "Ü Its title") | b |' in output
    assert '[ref]: http://a.test/b "Ü Its own title"' in output
    assert assembled(TITLED, *(text for _, _, text in found)) == TITLED


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.booleans())
def test_any_title_is_one_title(text: str, in_definition: bool) -> None:
    """Whatever a translation holds, the parser reads it back as the title."""
    body = '[a]: b "The title"\n\n[a]\n' if in_definition else 'See [a](b "The title").\n'
    found = units(body)
    translation = f"{text} Ü".strip()
    number = next(i for i, (path, _, _) in enumerate(found) if path == "a.title")
    texts = [translation if i == number else text for i, (_, _, text) in enumerate(found)]
    tokens, _ = whole(assembled(body, *texts))
    children = [child for token in tokens for child in token.children or []]
    (link,) = (child for child in children if child.type == "link_open")
    assert (link.attrs["href"], link.attrs["title"]) == ("b", translation)


@pytest.mark.parametrize(
    ("document", "old", "new", "message"),
    [
        (FRONT, "slug: the-guide", "slug: other", "line 1: front matter changed"),
        (FRONT, "title: The guide\n", "", "line 1: front matter changed"),
        (HTML, 'align="center"', 'align="left"', "line 1: html block changed"),
        (HTML, "<b>Fast</b>", "Fast", "line 1: html block changed"),
        (TITLED, '[ref]: http://a.test/b "Its own title"', "[ref]: http://a.test/b", "definitions"),
        (TITLED, 'title="A tip"', "", "tag <a"),
    ],
)
def test_other_changes_are_told(document: str, old: str, new: str, message: str) -> None:
    """Anything but prose is a difference."""
    changed = document.replace(old, new)
    assert changed != document
    assert message in (MARKDOWN.same_structure(document.encode(), changed.encode()) or "")


def test_nothing_but_marks() -> None:
    """A document without prose is refused."""
    with pytest.raises(DocumentError, match="no text to translate"):
        MARKDOWN.extract(b"---\nslug: a-b\n---\n\n<hr>\n", "de")
