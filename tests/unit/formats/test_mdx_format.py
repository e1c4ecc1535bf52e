"""MDX: what its own parser reads as text is offered, and what would break a page is escaped.

Expected values are what remark-mdx 3.1.1 makes of these texts.
"""

from __future__ import annotations

import re

import pytest

from formats.markdown.mdx import syntax
from formats.markdown.mdx.protected import PATTERNS
from formats.markdown.parser import whole
from formats.registry import by_name

MDX = by_name("mdx")

PAGE = """\
import {Tabs} from "@site/tabs";
export const rows = [
  {name: "one"},

  {name: "two"},
];

# The {rows.length} rows {/* #rows */}

<Note>
Words between tags.
</Note>
Words right behind, with {count + 1} of {fmt({a: "}"})} things.

<Tabs
  groupId="os"
  items={[
    {label: "Not this"},
  ]}
>
    <TabItem value="a" label="On a &quot;Mac&quot;">
        Indented words
        on two lines.

        - An item
            <Tip>Deep words</Tip>
    ```sh
    npm start
    ```
    </TabItem>
</Tabs>

{/* a comment of *no* interest */}

> <Aside title='Quoted title'>
> Quoted words
> </Aside>

<Card title="Sold" href="/x" /> <Card icon="y" />

Text with <Key code={`a > ${b}`} /> and <b title="A tip">bold</b>.

<>
Fragment words
</>
"""
TEXTS = [
    "The {rows.length} rows",
    "Words between tags.",
    'Words right behind, with {count + 1} of {fmt({a: "}"})} things.',
    'On a "Mac"',
    "Indented words\non two lines.",
    "An item\n<Tip>Deep words</Tip>",
    "Quoted title",
    "Quoted words",
    "Sold",
    'Text with <Key code={`a > ${b}`} /> and <b title="A tip">bold</b>.',
    "A tip",
    "Fragment words",
]


def texts(page: str) -> list[str]:
    return [unit.text for unit in MDX.extract(page.encode(), "de")]


def assembled(page: str, *given: str) -> str:
    output = MDX.assemble(page.encode(), given, "de")
    assert MDX.same_structure(page.encode(), output) is None
    return output.decode()


def test_a_page() -> None:
    """Text between tags is text however far it is indented; code, tags and comments are none."""
    assert texts(PAGE) == TEXTS
    assert assembled(PAGE, *TEXTS) == PAGE
    changed = assembled(PAGE, *[text.replace("ords", "örter") for text in TEXTS])
    assert changed == PAGE.replace("ords", "örter")


def test_attributes() -> None:
    """A title in a tag is written in its quotes; the tag's other lines stay."""
    page = '<Tab\n  title="One"\n  on={() => f("title")}\n>\nText\n</Tab>\n'
    assert texts(page) == ["One", "Text"]
    output = assembled(page, 'Ein "A" & {b} <c>', "Wort")
    assert output == page.replace('"One"', '"Ein &quot;A&quot; &amp; {b} &lt;c>"').replace(
        "Text", "Wort"
    )


@pytest.mark.parametrize(
    ("translation", "written"),
    [
        ("a <5 und <b>", r"a \<5 und \<b>"),
        ("a < 5", "a < 5"),
        ("a <= b, <https://a.test>", r"a \<= b, \<https://a.test>"),
        ("mit {Klammer} und }", r"mit \{Klammer} und }"),
        ("<!-- nichts -->", r"\<!-- nichts -->"),
        ("import der Waren", "&#105;mport der Waren"),
        ("export ist gut", "&#101;xport ist gut"),
        ("Import der Waren", "Import der Waren"),
    ],
)
def test_what_a_translation_must_not_hold(translation: str, written: str) -> None:
    """Tags, expressions and modules that its source does not have come about in no translation."""
    assert assembled("Some words.\n", translation) == f"{written}\n"


def test_marks_of_its_own() -> None:
    """A translation keeps the tags and expressions of its source, where it likes."""
    page = "See <A b={c} />, {d} and [x](<e f.md>).\n"
    assert assembled(page, "{d}, <A b={c} /> und [x](<e f.md>)") == (
        "{d}, <A b={c} /> und [x](<e f.md>)\n"
    )


@pytest.mark.parametrize(
    ("page", "types"),
    [
        ("text\n<Note>\nmore\n", ["paragraph", "mdx_flow", "paragraph"]),
        ("text\n{x}\nmore\n", ["paragraph", "mdx_flow", "paragraph"]),
        ("text\n<b>bold</b> more\n", ["paragraph"]),
        ("text\nimport x from 'y'\n", ["paragraph"]),
        ("<A>{b}</A>\n", ["mdx_flow"]),
        ("{a} text\n", ["paragraph"]),
        ("import the file\n", ["paragraph"]),
        ("import x from 'y'\nexport default x\n", ["mdx_module"]),
        ("export const a = `\n\n`\n\ntext\n", ["mdx_module", "paragraph"]),
        ("text\n        # heading\n", ["paragraph", "heading"]),
        ("Title\n      ===\n", ["heading"]),
        ("<A b={{\n\nc: '>'\n}}>\ntext\n", ["mdx_flow", "paragraph"]),
        ("<5\n", ["paragraph"]),
        ("<A\n", ["paragraph"]),
        ("<!-- a\n\nb -->\n", ["mdx_flow"]),
    ],
)
def test_blocks(page: str, types: list[str]) -> None:
    """Tags and expressions alone on their lines end a paragraph; imports don't."""
    tokens, _ = whole(page, MDX.dialect)  # type: ignore[attr-defined]
    found = [t.type.replace("_open", "") for t in tokens if t.nesting >= 0 and t.type != "inline"]
    assert found == types


@pytest.mark.parametrize(
    ("code", "length"),
    [
        ("{a}", 3),
        ('{"}"} x', 5),
        ("{`${ {} }}`}", 12),
        ("{/* } */}", 9),
        ("{don't}", 7),
        ("{a // }\n}", 9),
        ("{a", syntax.UNFINISHED),
        ("{/* a}", syntax.UNFINISHED),
    ],
)
def test_expressions(code: str, length: int) -> None:
    """A brace in a string, a template or a comment closes nothing."""
    assert syntax.expression_end(code, 0) == length


@pytest.mark.parametrize(
    "text",
    [
        "{count + 1}",
        "{f({a: {b: [1, '}']}})}",
        "{/* a comment */}",
        "<Key code={`a > b`} />",
        '<A b="c" starts />',
        "<A {...rest}>",
        "<>",
    ],
)
def test_placeholders(text: str) -> None:
    """Expressions, and tags that hold more than attributes in quotes, are placeholders."""
    pattern = re.compile("|".join(PATTERNS))
    assert [match[0] for match in pattern.finditer(f"Vor {text} nach")] == [text]


@pytest.mark.parametrize(
    "piece", ["{", "<a\n", "<a b={\n", "{`", "<", "{'", "<A b c ", "import {\n\n"]
)
def test_what_is_never_closed(piece: str) -> None:
    """A long page of what opens and is never closed is read to its end, with what is above it."""
    page = "Words.\n\n" + piece * 10_000
    assert texts(page)[0] == "Words."
    assert re.compile("|".join(PATTERNS)).search(page) is None
