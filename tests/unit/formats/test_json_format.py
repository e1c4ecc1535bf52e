"""JSON: strings that are values, in and out."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py.messageformat import MessageFormat

from domain.errors import DocumentError
from formats.data.json_values import JsonFormat
from formats.data.yaml_values import YamlFormat

JSON = JsonFormat()

ROUND = [
    '{"a": "Hello"}',
    '{"a":"Hello","b":"World"}',
    '{\n  "a": "Hello"\n}\n',
    '{\r\n\t"a" : "Hello" ,\r\n\t"b":1\r\n}',
    '["one", "two", ["three"]]',
    '"just a text"',
    '{"a": {"b": {"c": "deep"}}}',
    '{"a": "quo\\"te", "b": "back\\\\slash"}',
    '{"a": "\\u00e4hnlich"}',
    '{"a": "ähnlich \\u00e4"}',
    '{"a": "slash \\/ here"}',
    '{"a": "{count} of %s"}',
    '{"a": "<b>bold</b> &amp; more"}',
    '{"a": 1.50, "b": 1e5, "c": -0, "d": "x y"}',
    '{"a": null, "b": true, "c": "word"}',
    '{"a": "", "b": " ", "c": "  spaced out  "}',
    '{"": "no key", " ": "blank key"}',
    '{"a": [{"b": "one"}, {"b": "two"}]}',
    '{"a": "first", "a": "again"}',
    '{"@@locale": "en", "hello": "Hello", "@hello": {"description": "A greeting"}}',
    '\ufeff{"a": "with a mark"}',
    '{"emoji": "\\ud83d\\ude00 smile"}',
]


@pytest.mark.parametrize("text", ROUND)
def test_its_own_texts_give_it_back(text: str) -> None:
    """The texts of a document's units, put in again, are the document to the byte."""
    data = text.encode()
    units = JSON.extract(data, "de")
    assert units
    assert JSON.assemble(data, [unit.text for unit in units], "de") == data


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100)
@given(VALUES, st.booleans(), st.sampled_from([None, 2, "\t"]), st.text(min_size=1))
def test_any_document(value: Any, ascii_only: bool, indent: Any, word: str) -> None:
    """Any document goes round, and takes any text without a change to its structure."""
    text = json.dumps([value, "a word"], ensure_ascii=ascii_only, indent=indent)
    if "\\u0000" in text or "\\ud" in text.lower():
        return
    data = text.encode("utf-8", "replace")
    units = JSON.extract(data, "de")
    assert JSON.assemble(data, [unit.text for unit in units], "de") == data
    output = JSON.assemble(data, [word] * len(units), "de")
    assert JSON.same_structure(data, output) is None
    if word.strip():
        assert json.loads(output)[-1] == word.strip().replace("\0", "\ufffd")


def test_paths_notes_and_places() -> None:
    """A text's path is its keys; ARB's descriptions are notes of the texts they are about."""
    data = b"""{"@@locale": "en", "menu": {"open": "Open it", "items": ["One", 2, "Two"]},
      "hello": "Hello", "@hello": {"description": "A greeting", "type": "text"}, "url": "http://a.b"}"""
    assert [(unit.path, unit.text, unit.note) for unit in JSON.extract(data, "de")] == [
        ("menu.open", "Open it", ""),
        ("menu.items.0", "One", ""),
        ("menu.items.2", "Two", ""),
        ("hello", "Hello", "A greeting"),
    ]
    output = JSON.assemble(data, ['Öffne "es"', "Eins", "Zwei\n", "Hallo"], "de").decode()
    assert '"open": "Öffne \\"es\\"", "items": ["Eins", 2, "Zwei"]' in output


def test_escapes_are_kept_where_all_is_ascii() -> None:
    """A document that writes all in ASCII is written so again."""
    assert JSON.assemble(b'{"a": "\\u00e4 b"}', ["ö"], "de") == b'{"a": "\\u00f6"}'
    assert JSON.assemble(b'{"a": "a b"}', ["ö"], "de") == '{"a": "ö"}'.encode()


def test_outer_space_stays() -> None:
    """The space around a text, which may part it from a number, is its source's."""
    assert JSON.assemble(b'{"a": " Name: "}', ["Nom :"], "fr") == b'{"a": " Nom : "}'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": "b"', "this is not JSON: Expecting ',' delimiter"),
        (b'{"a": "x y",}', "this is not JSON"),
        (b"", "this is not JSON"),
        (b'{"a": 1}', "there is no text to translate"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":\n "half \\ud800 pair"}', "2: a: it holds a NUL character or half a surrogate"),
    ],
)
def test_what_is_no_json(data: bytes, message: str) -> None:
    """Where it goes wrong and why is told."""
    with pytest.raises(DocumentError) as caught:
        JSON.extract(data, "de")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (b'{"a": "x", "c": [1, "y"]}', "the keys changed"),
        (b'{"a": "x", "b": [2, "y"]}', "at b.0: 1 became 2"),
        (b'{"a": "x", "b": [1]}', "at b: 2 items became 1"),
        (b'{"a": ["x"], "b": [1, "y"]}', "at a: a str became a list"),
    ],
)
def test_differences_are_told(after: bytes, message: str) -> None:
    """Anything but the words of strings is a difference."""
    assert JSON.same_structure(b'{"a": "x", "b": [1, "y"]}', after) == message


CHOICE = "{n, plural, one {# file} other {# files}}"


@pytest.mark.parametrize("form", [JSON, YamlFormat()])
@settings(deadline=None)
@given(st.text(st.sampled_from("ab '’{}x"), max_size=8))
def test_apostrophes_quote_no_argument(form: JsonFormat | YamlFormat, words: str) -> None:
    """In a file with ICU's plurals an apostrophe before an argument is one to ICU as well."""
    plain = "a" + words.replace("{", "").replace("}", "")
    document = json.dumps({"n": CHOICE, "m": "The {name}", "q": "Use '{' in {name}"}).encode()
    given = {"m": f"{plain}'{{name}}", "q": f"{plain} '{{' l'{{name}}"}
    texts = [given.get(unit.path, unit.text) for unit in form.extract(document, "fr")]
    written = yaml.safe_load(form.assemble(document, texts, "fr"))

    said = MessageFormat(written["m"], "fr").format({"name": "X"})
    assert said == f"{plain}'X".replace("''", "'")
    assert MessageFormat(written["q"], "fr").format({"name": "X"}).endswith(" { l'X")
    assert written["n"] == CHOICE


@pytest.mark.parametrize(
    "document", [{"m": "The {name}"}, {"@@locale": "en", "m": "The {name}", "n": CHOICE}]
)
def test_apostrophes_elsewhere(document: dict[str, str]) -> None:
    """A file that does not show that it is ICU's, and Flutter's, keep them as they are."""
    data = json.dumps(document).encode()
    texts = ["l'{name}" if unit.path == "m" else unit.text for unit in JSON.extract(data, "fr")]
    assert json.loads(JSON.assemble(data, texts, "fr"))["m"] == "l'{name}"


@pytest.mark.parametrize(
    ("lang", "locale"), [("de", "de"), ("pt-BR", "pt_BR"), ("zh-Hant-TW", "zh_Hant_TW")]
)
def test_locale(lang: str, locale: str) -> None:
    """ARB with a new text is in the target language, as Flutter writes it; else nothing changes."""
    data = b'{\n  "@@locale": "en",\n  "hi": "Hi there",\n  "lang": {"@@locale": "en"}\n}'
    done = JSON.assemble(data, ["Hallo"], lang)
    assert json.loads(done)["@@locale"] == locale
    assert json.loads(done)["lang"] == {"@@locale": "en"}
    assert JSON.same_structure(data, done) is None
    assert JSON.assemble(data, ["Hi there"], lang) == data
    assert JSON.assemble(b'{"locale": "en", "hi": "Hi there"}', ["en", "Hallo"], lang) == (
        b'{"locale": "en", "hi": "Hallo"}'
    )


COMMENTED = """\
// The texts of our program, with a "quoted" word
{
  // Shown in the title bar
  // of each window
  "title": "Our program", // no note of the next
  "url": "see http://a.test // and more", /* a { brace */
  /*
   * Asked before
   * all is lost
   */
  "ask": "Are you sure?",

  // Of nothing

  "items": [
    // In a list
    "One item", /* two */ "Two items", // the last
  ],
}
"""


def test_comments() -> None:
    """Comments are kept to the byte; those right above a key are notes of its text."""
    data = COMMENTED.encode()
    assert [(unit.path, unit.text, unit.note) for unit in JSON.extract(data, "de")] == [
        ("title", "Our program", "Shown in the title bar\nof each window"),
        ("url", "see http://a.test // and more", ""),
        ("ask", "Are you sure?", "Asked before all is lost"),
        ("items.0", "One item", "In a list"),
        ("items.1", "Two items", ""),
    ]
    texts = ["Programm", "siehe", "Sicher? // ja", "Eins /* 1 */", "Zwei"]
    done = JSON.assemble(data, texts, "de")
    expected = COMMENTED.replace("Our program", "Programm")
    expected = expected.replace("see http://a.test // and more", "siehe")
    expected = expected.replace("Are you sure?", "Sicher? // ja")
    expected = expected.replace("One item", "Eins /* 1 */").replace("Two items", "Zwei")
    assert done.decode() == expected
    assert JSON.same_structure(data, done) is None
    changed = done.replace(b"// Of nothing", b"// Of something")
    assert JSON.same_structure(data, changed) == "the comments changed"


@pytest.mark.parametrize("text", ['{"a": "b" // c', '{"a": "b c", /* d }', '{"a": "b c",}', "// a"])
def test_broken_with_comments(text: str) -> None:
    """Comments make no JSON of what is none."""
    with pytest.raises(DocumentError, match="this is not JSON"):
        JSON.extract(text.encode(), "de")
