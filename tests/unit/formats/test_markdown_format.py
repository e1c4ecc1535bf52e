"""Markdown in and out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.markdown.format import MarkdownFormat
from formats.registry import by_name

MARKDOWN = MarkdownFormat()

DOCUMENT = """\
---
title: A title
---

# The *first* heading {#intro}

> Quoted text goes
> over two lines. See <https://example.org>.

- [ ] a task
- an item with `code` and
  a second line

  ```sh
  echo "left alone"
  ```

1. one[^1]
   > quote in a list

Second heading
--------------

| Name | Meaning \\| use |
|------|:---------------:|
| `ls` | lists <b>files</b> |
| tar  | packs           |

<div>A block.</div>

First line\\
second line  
third [link][ref] line

> [!NOTE]
> Mind the gap.

    indented code

[ref]: https://example.org "Title"
[^1]: A footnote.
"""  # noqa: W291 - the two spaces are a hard break


def texts(document: str) -> list[str]:
    return [unit.text for unit in MARKDOWN.extract(document.encode(), "de")]


def assembled(document: str, *translations: str) -> str:
    return MARKDOWN.assemble(document.encode(), translations, "de").decode()


def test_units() -> None:
    """Prose is handed out with its role, and nothing else."""
    assert [(unit.role, unit.text) for unit in MARKDOWN.extract(DOCUMENT.encode(), "de")] == [
        ("title", "A title"),
        ("heading", "The *first* heading"),
        ("paragraph", "Quoted text goes\nover two lines. See <https://example.org>."),
        ("list_item", "a task"),
        ("list_item", "an item with `code` and\na second line"),
        ("list_item", "one[^1]"),
        ("paragraph", "quote in a list"),
        ("heading", "Second heading"),
        ("cell", "Name"),
        ("cell", "Meaning | use"),
        ("cell", "lists <b>files</b>"),
        ("cell", "tar"),
        ("cell", "packs"),
        ("paragraph", "A block."),
        ("paragraph", "First line"),
        ("paragraph", "second line"),
        ("paragraph", "third [link][ref] line"),
        ("paragraph", "Mind the gap."),
        ("label", "Title"),
        ("paragraph", "A footnote."),
    ]


def test_translated_document() -> None:
    """Translations stand where their sources stood; every mark around them stays."""
    document = "> Quoted text goes\n> over two lines.\n\n* item \n  goes on\n\n#   Head ##\n"
    assert (
        assembled(document, "Zitierter Text geht\nweiter.\nUnd noch weiter.", "Punkt", "Kopf")
        == "> Zitierter Text geht\n> weiter. Und noch weiter.\n\n* Punkt\n\n#   Kopf ##\n"
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end: str) -> None:
    """A translation over several lines has its document's line ends."""
    document = line_end.join(["one", "two", "", "three"])
    expected = line_end.join(["eins", "zwei", "", "drei"])
    assert expected == assembled(document, "eins\nzwei", "drei")


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("# no heading", r"\# no heading"),
        ("> no quote", r"\> no quote"),
        ("- no item", r"\- no item"),
        ("1. no item", r"1\. no item"),
        ("7) no item", r"7\) no item"),
        ("***", r"\***"),
        ("~~~ no fence", r"\~~~ no fence"),
        ("``` no fence", r"\`\`\` no fence"),
        ("[no]: definition", r"\[no]: definition"),
        ("[^no]: footnote", r"\[^no]: footnote"),
        ("    no code", "no code"),
        ("<div> no block", r"\<div> no block"),
        ("no <!-- comment", r"no \<!-- comment"),
        ("no `code` here", r"no \`code\` here"),
        ("no\n===\nunderline", "no === underline"),
        ("no | table\n--|--", "no | table --|--"),
        ("no break\\", "no break\\\\"),
        ("half \ud800 and NUL \0", "half \ufffd and NUL \ufffd"),
        (" \n ", "Source."),
    ],
)
def test_hostile_paragraph(translation: str, expected: str) -> None:
    """What would open another block, or code or a tag, is escaped; a blank text is not put in."""
    assert expected == assembled("Source.", translation)


def test_hostile_second_line() -> None:
    """A line further down can't end the paragraph, even where its quote mark is left out."""
    document = "> one\ntwo\n\n1. one\ntwo\n"
    assert (
        assembled(document, "eins\n- zwei", "eins\n2. zwei")
        == "> eins\n\\- zwei\n\n1. eins\n2\\. zwei\n"
    )


def test_hostile_cell() -> None:
    """A cell stays one cell on one line."""
    document = "a | b\n--|--\nc | d\n"
    assert (
        assembled(document, "# A | B", "b\nc", "- c", "d\\")
        == "\\# A \\| B | b c\n--|--\n\\- c | d\\\\ \n"
    )


def test_first_cell_without_a_pipe() -> None:
    """What stands first on a table's line keeps its source where it would open a block."""
    document = "a | b\n--|--\nc <div> | d\n"
    assert assembled(document, "A", "B", "<div> C", "D") == "A | B\n--|--\nc <div> | D\n"
    assert texts("a|b\n-|-\n# a|b\n-|-\n") == ["a", "b"]


def test_hostile_heading() -> None:
    """A heading stays on one line and keeps closing signs that are its own."""
    assert assembled("# Source\n", "C #") == "# C \\#\n"
    assert assembled("# Source\n", "1. Eins\nzwei") == "# 1. Eins zwei\n"


def test_own_markup_stays() -> None:
    """Code spans, tags and links of the source may change places and are not escaped."""
    document = "Use `ls` or <kbd>F1</kbd>, see <https://example.org>."
    translation = "Siehe <https://example.org>: <kbd>F1</kbd> oder `ls`."
    assert translation == assembled(document, translation)


def test_unreachable_text_is_left() -> None:
    """A document whose text can't be found exactly gives no unit for it."""
    assert texts("- \tone\n\n\N{NO-BREAK SPACE}\nfoo\n\nafter\n")[-1:] == ["after"]
    assert "foo" not in "".join(texts("\N{NO-BREAK SPACE}\nfoo\n\nafter\n"))


def test_link_text_that_is_its_label() -> None:
    """A link's text can be translated although it is the label of a definition too."""
    document = "The [User\nguide][], a [Guide], [`ls`], `x[Guide]`, [a][user\nguide].\n"
    definitions = "\n[user guide]: /a\n[guide]: /b\n[`ls`]: /c\n"
    assert texts(document + definitions) == [
        "The [User\nguide][User guide], a [Guide][Guide], [`ls`], `x[Guide]`, [a][user guide]."
    ]
    assert (
        assembled(document + definitions, "[Handbuch][User guide], [Guide][Guide]")
        == "[Handbuch][User guide], [Guide][Guide]\n" + definitions
    )
    assert assembled(document + definitions, *texts(document + definitions)).startswith(document)


def test_hard_breaks() -> None:
    """Each kind of hard break parts two units and stays between them."""
    assert texts("one\\\ntwo") == ["one", "two"]
    assert texts("one   \ntwo") == ["one", "two"]
    assert assembled("> one\\\n> two", "eins", "zwei\\") == "> eins\\\n> zwei\\\\"


def test_break_inside_emphasis() -> None:
    """A hard break inside emphasis parts no unit, and stays where the translation has a line."""
    document = "**one  \ntwo** three"
    assert texts(document) == ["**one\ntwo** three"]
    assert assembled(document, "**eins\nzwei** drei") == "**eins  \nzwei** drei"


@pytest.mark.parametrize(
    "document",
    ["", "\n\n", "```\ncode\n```\n", "`ls {{path}}`\n", "<https://example.org>\n", "12,5 %\n"],
)
def test_nothing_to_translate(document: str) -> None:
    """A document without prose is refused."""
    with pytest.raises(DocumentError, match="no text to translate"):
        MARKDOWN.extract(document.encode(), "de")


def test_wrong_number_of_texts() -> None:
    """As many texts as units are needed."""
    with pytest.raises(ValueError, match="fewer texts"):
        MARKDOWN.assemble(b"one\n\ntwo\n", ["eins"], "de")
    with pytest.raises(ValueError, match="more texts"):
        MARKDOWN.assemble(b"one\n", ["eins", "zwei"], "de")


@pytest.mark.parametrize(
    ("source", "translated", "difference"),
    [
        ("# a\n\nb", "# x\n\ny", None),
        ("# a", "## a", "line 1: heading of level 1 became heading of level 2"),
        ("a\n\nb", "a\n\n- b", "line 3: paragraph became bullet list"),
        ("a `b`", "a `c`", "line 1: code span `b` is missing"),
        ("a", "a `c`", "line 1: code span `c` was added"),
        ("[a](b)", "[x](c)", "line 1: link to b is missing"),
        ("![a](b)", "x", "line 1: image b is missing"),
        ("a <b>c</b>", "x <b>y", "line 1: tag </b> is missing"),
        ("a\\\nb", "a b", "line 1: line break is missing"),
        ("```\na\n```", "```\nb\n```", "line 1: fence changed"),
        ("---\na: b\n---\nc", "---\na: x\n---\nc", "line 1: front matter changed"),
        ("a\n\n[b]: c", "a\n\n[b]: d", "the link reference definitions changed"),
        ("a[^1]\n\n[^1]: b", "a\n\n[^1]: b", "line 1: footnote 1 is missing"),
        ("|a|b|\n|-|-|", "|a|\n|-|", "line 1: th became tr's end"),
        ("a", "a\n\nb", "3 blocks became 6"),
    ],
)
def test_same_structure(source: str, translated: str, difference: str | None) -> None:
    """The first difference in structure is told in words."""
    assert difference == MARKDOWN.same_structure(source.encode(), translated.encode())


FRAGMENTS = st.sampled_from(
    [
        *("a", "word", "Ünïcode", "0", " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "\\"),
        *(
            "# ",
            "## a",
            "> ",
            ">",
            "- ",
            "* ",
            "+ ",
            "1. ",
            "2) ",
            "---",
            "===",
            "***",
            "```",
            "~~~",
        ),
        *(
            "|",
            "|-|-|",
            "a|b\n-|-\n",
            "\\|",
            "`",
            "``",
            "`c`",
            "<b>",
            "</b>",
            "<div>",
            "<!--",
            "-->",
        ),
        *(
            "[",
            "]",
            "(",
            ")",
            "[a](b)",
            "![a](b)",
            "[a]: b",
            "[^1]",
            "[^1]: ",
            "<http://a.b>",
            "&amp;",
        ),
        *("*", "_", "~~", "\N{NO-BREAK SPACE}", "\x0b", "\u2028", "{#a}", "[ ] ", "[!NOTE]", ":::"),
    ]
)
DOCUMENTS = st.lists(FRAGMENTS, min_size=1, max_size=25).map("".join)


def units_of(document: str) -> list[str]:
    try:
        return texts(document)
    except DocumentError:
        return []


@settings(deadline=None)
@given(DOCUMENTS)
def test_identity(document: str) -> None:
    """A document whose units stay as they are stays as it is, byte for byte."""
    units = units_of(document)
    assert document == assembled(document, *units)


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_structure_survives_any_translation(document: str, hostile: str) -> None:
    """Whatever is put in before the text of its units, a document's structure stays."""
    translations = [f"{hostile} {text}" for text in units_of(document)]
    translated = assembled(document, *translations)
    assert blocks_of(document) == blocks_of(translated)


def blocks_of(document: str) -> list[tuple[object, ...]]:
    from formats.markdown.parser import whole

    return [
        (
            t.type,
            t.tag,
            t.level,
            t.markup[:1],
            t.info,
            t.hidden,
            t.content if t.type == "fence" else "",
        )
        for t in whole(document)[0]
    ]


MDX = """\
import Chart from "./chart.js"
export const year = 2026

# The {year} report

Text with <b>bold</b> words and {name}.

<Chart year={year} data-title="Not this" />

{items.map((item) => item.name)}

<Note kind="info">

Inside a note.

</Note>

import duties are prose.
"""


def test_code_of_mdx_is_left_alone() -> None:
    """Imports, exports, expressions and tags are no text; all other is."""
    mdx = by_name("mdx")
    data = MDX.encode()
    assert [unit.text for unit in mdx.extract(data, "de")] == [
        "The {year} report",
        "Text with <b>bold</b> words and {name}.",
        "Inside a note.",
        "import duties are prose.",
    ]
    texts = ["Der Bericht {year}", "Text mit <b>fetten</b> Wörtern und {name}.", "Drin.", "Zoll."]
    output = mdx.assemble(data, texts, "de")
    assert mdx.same_structure(data, output) is None
    expected = MDX.replace("The {year} report", "Der Bericht {year}")
    expected = expected.replace(
        "Text with <b>bold</b> words and", "Text mit <b>fetten</b> Wörtern und"
    )
    assert output.decode() == expected.replace("Inside a note.", "Drin.").replace(
        "import duties are prose.", "Zoll."
    )


@pytest.mark.parametrize("mark", ["> ", "- "])
def test_nested_deep(mark: str) -> None:
    """What is nested 40 levels deep is read, and so is what follows."""
    document = f"{mark * 40}Deep words\n\nAfter it.\n"
    assert texts(document) == ["Deep words", "After it."]
    output = assembled(document, "Tief", "Danach.")
    assert output == f"{mark * 40}Tief\n\nDanach.\n"
    assert MARKDOWN.same_structure(document.encode(), output.encode()) is None


@pytest.mark.parametrize("mark", ["> ", "- "])
def test_nested_too_deep(mark: str) -> None:
    """Where the parser would stop, the document is refused, not left half translated."""
    document = f"Before.\n\n{mark * 200}Deep words\n\nAfter it.\n"
    with pytest.raises(DocumentError, match="line 3: lists and quotes are nested too deep"):
        MARKDOWN.extract(document.encode(), "de")
