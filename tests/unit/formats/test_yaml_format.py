"""YAML: strings that are values, in and out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from domain.errors import DocumentError
from formats.data.yaml_values import YamlFormat

YAML_FORMAT = YamlFormat()

ROUND = [
    "a: Hello\n",
    "a: Hello",
    "a: 'Hello'\nb: \"World\"\n",
    "- one\n- two\n",
    "a:\n  b:\n    c: deep # comment\n",
    "# heading\n---\na: one\n---\nb: two\n...\n",
    "a: |\n  line one\n  line two\n",
    "a: |-\n  line one\n\n  line two\n",
    "a: >\n  folded\n  text\n\n  more\nb: x y\n",
    "a: >+\n  kept\n\n\nb: x y\n",
    "a: |2\n    indented\n  text\n",
    "a: {b: one, c: [two, 3, three]}\n",
    "a: &x Hello\nb: *x\n",
    "base: &base\n  t: Text\nother:\n  <<: *base\n",
    "a: !secret Hello\nb: plain text\n",
    "a: multi line\n  plain\n  text\nb: c d\n",
    "a: 'it''s'\nb: \"a \\\"b\\\" \\u00e4\"\n",
    "? complex key\n: value text\n",
    "a: yes\nb: 2026-01-01\nc: 1.5\nd: word\n",
    "a: Hello\r\nb: |\r\n  one\r\n  two\r\n",
    'en:\n  hello: "Hello %{name}"\n',
    "\ufeffa: with a mark\n",
]

TEXTS = [
    "Über: {a} # nicht",
    "yes",
    "- x",
    "zwei\n\nzeilen",
    "a, [b] 'c' \"d\"",
    "\x07x",
    "| b",
    "> b",
    "&a *b !c",
    "---x",
    "\tx",
    "x\u2028y\x85z",
    "%x @y `z",
    "a:",
    "'",
    "\ufeffx",
]


@pytest.mark.parametrize("text", ROUND)
def test_its_own_texts_give_it_back(text: str) -> None:
    """The texts of a document's units, put in again, are the document to the byte."""
    data = text.encode()
    units = YAML_FORMAT.extract(data, "de")
    assert units
    assert YAML_FORMAT.assemble(data, [unit.text for unit in units], "de") == data


def _strings(data: bytes) -> list[str]:
    return [unit.text.strip() for unit in YAML_FORMAT.extract(data, "de")]


@pytest.mark.parametrize("source", ROUND)
@pytest.mark.parametrize("text", TEXTS)
def test_any_text_can_be_put_in(source: str, text: str) -> None:
    """Whatever a translation holds, it is read again as it was, and nothing else has changed."""
    data = source.encode()
    units = YAML_FORMAT.extract(data, "de")
    output = YAML_FORMAT.assemble(data, [f"{text} wort"] * len(units), "de")
    assert YAML_FORMAT.same_structure(data, output) is None
    wanted = " ".join(f"{text} wort".split())
    assert {" ".join(string.split()) for string in _strings(output)} == {wanted}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ROUND), st.text(min_size=1))
def test_any_text_at_all(source: str, text: str) -> None:
    """The same with whatever hypothesis finds."""
    data = source.encode()
    units = YAML_FORMAT.extract(data, "de")
    output = YAML_FORMAT.assemble(data, [f"{text} w"] * len(units), "de")
    assert YAML_FORMAT.same_structure(data, output) is None


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(), min_size=1, max_size=6)
)
def test_any_document(values: dict[str, str]) -> None:
    """What ruamel.yaml writes goes round."""
    import io

    out = io.StringIO()
    YAML().dump({**values, "last": "a word"}, out)
    data = out.getvalue().encode("utf-8", "replace")
    units = YAML_FORMAT.extract(data, "de")
    assert YAML_FORMAT.assemble(data, [unit.text for unit in units], "de") == data


def test_paths_and_styles() -> None:
    """A path is the keys; a translation keeps its source's quotes where they serve it."""
    data = b"a: one\nb: 'two'\nc: \"three\"\nd:\n  - |\n    four\n    more\n  - {e: five}\n"
    units = YAML_FORMAT.extract(data, "de")
    assert [unit.path for unit in units] == ["a", "b", "c", "d.0", "d.1.e"]
    output = YAML_FORMAT.assemble(data, ["eins", "zw'ei", "drei", "vier\nmehr", "x, y"], "de")
    assert output == (
        b"a: eins\nb: 'zw''ei'\nc: \"drei\"\nd:\n  - |\n    vier\n    mehr\n  - {e: \"x, y\"}\n"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: [1, 2\nb: c d\n", "2: this is not YAML"),
        (b"a: 'open\n", "this is not YAML"),
        (b"\tx: a b", "this is not YAML"),
        (b"a: 1\n", "there is no text to translate"),
        (b"", "there is no text to translate"),
        (b"a: *nobody\n", "1: this is not YAML"),
        (b"[" * 5_000, "this is not YAML|nested too deep"),
    ],
)
def test_what_is_no_yaml(data: bytes, message: str) -> None:
    """Where it goes wrong and why is told."""
    with pytest.raises(DocumentError, match=message):
        YAML_FORMAT.extract(data, "de")


def test_aliases_are_no_bomb() -> None:
    """Aliases of aliases are never written out."""
    lines = ["a0: &a0 [some text]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert [unit.text for unit in YAML_FORMAT.extract("\n".join(lines).encode(), "de")] == [
        "some text"
    ]


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ("a: x\nc: 1\n", "at b: tag:yaml.org,2002:int 1 became tag:yaml.org,2002:int 1"),
        ("a: x\nb: 2\n", "at b: tag:yaml.org,2002:int 1 became tag:yaml.org,2002:int 2"),
        ("a: 1\nb: 1\n", "at a: a string became tag:yaml.org,2002:int 1"),
        ("a: x\n", "2 values became 1"),
        ("a: [\n", "it is no YAML any more"),
    ],
)
def test_differences_are_told(after: str, message: str) -> None:
    """Anything but the words of strings is a difference."""
    assert (YAML_FORMAT.same_structure(b"a: x\nb: 1\n", after.encode()) or "").startswith(message)


def test_what_would_be_read_otherwise_is_quoted() -> None:
    """A word that stands for a truth value is quoted, and lines of a folded block stay lines."""
    assert YAML_FORMAT.assemble(b"a: one\n", ["Yes"], "de") == b'a: "Yes"\n'
    output = YAML_FORMAT.assemble(b"a: >\n  one\n  two\n", ["eins\nzwei"], "de")
    assert YAML().load(output)["a"] == "eins\nzwei\n"
