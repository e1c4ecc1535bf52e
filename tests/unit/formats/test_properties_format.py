"""Java properties in and out."""

from __future__ import annotations

import javaproperties
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.data.message_format import doubling, shown, written
from formats.strings.properties import PropertiesFormat
from formats.strings.properties_lexer import entries

PROPERTIES = PropertiesFormat()

DOCUMENT = r"""# Licence: nobody's

#Mon Sep 02 14:00:54 UTC 2016
# The title of the window
! and of the tab
window.title = Hello \
    world\: you and \
    me
files=It''s {0} files
plain : don't
home https://example.org
count=12
caf\u00e9=caf\u00e9 \u2026
empty=
last=The end"""


def texts(document: bytes) -> list[str]:
    return [unit.text for unit in PROPERTIES.extract(document, "de")]


def assembled(document: str, *translations: str) -> str:
    return PROPERTIES.assemble(document.encode(), translations, "de").decode()


def test_units() -> None:
    """Values with prose are handed out unescaped, with their key and the comment above them."""
    found = PROPERTIES.extract(DOCUMENT.encode(), "de")
    assert [(unit.path, unit.text, unit.note) for unit in found] == [
        ("window.title", "Hello world: you and me", "The title of the window\nand of the tab"),
        ("files", "It's {0} files", ""),
        ("plain", "don't", ""),
        ("café", "café …", ""),
        ("last", "The end", ""),
    ]
    assert all(unit.whole and unit.role == "label" for unit in found)


def test_translated_document() -> None:
    """Translations are escaped and folded as their source is; all around them stays."""
    translated = assembled(
        DOCUMENT,
        "Grüß Gott: du und ich und alle anderen",
        "C'est {0} d'entre l'eau",
        "d'accord",
        "né… 😀",
        "Ende\tgut\n\\alles",
    )
    assert (
        translated
        == r"""# Licence: nobody's

#Mon Sep 02 14:00:54 UTC 2016
# The title of the window
! and of the tab
window.title = Gr\u00fc\u00df \
    Gott\: du und \
    ich und alle \
    anderen
files=C''est {0} d''entre l''eau
plain : d'accord
home https://example.org
count=12
caf\u00e9=n\u00e9\u2026 \ud83d\ude00
empty=
last=Ende\tgut\n\\alles"""
    )
    assert PROPERTIES.same_structure(DOCUMENT.encode(), translated.encode()) is None
    read = javaproperties.loads(translated)
    assert read["window.title"] == "Grüß Gott: du und ich und alle anderen"
    assert read["café"] == "né… 😀"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("a=grün\nb=x", "a=größe\nb=x".encode()),
        ("a=grün\nb=x".encode("iso-8859-1"), "a=größe\nb=x".encode("iso-8859-1")),
        (b"a=green\nb=x", b"a=gr\\u00f6\\u00dfe\nb=x"),
        (b"\xef\xbb\xbfa=green\nb=x", "\ufeffa=größe\nb=x".encode()),
        ("a=gr\\u00f6n\n#ü\nb=x", "a=gr\\u00f6ße\n#ü\nb=x".encode()),
    ],
)
def test_encodings(document: str | bytes, expected: bytes) -> None:
    """Characters beyond ASCII are written as the file and the value write them."""
    data = document.encode() if isinstance(document, str) else document
    assert PROPERTIES.assemble(data, ["größe", "x"], "de") == expected
    assert PROPERTIES.same_structure(data, expected) is None


def test_folds() -> None:
    """A line is never folded where Java would drop white space, and none is longer than it must."""
    data = b"a=one \\\n  two three\nb=c"
    translated = PROPERTIES.assemble(data, ["uno  dos   tres\n  cuatro \\ cinco", "c"], "es")
    assert (
        translated.decode()
        == r"""a=uno  dos   \
  tres\n  \
  cuatro \\ \
  cinco
b=c"""
    )
    assert texts(translated) == ["uno  dos   tres\n  cuatro \\ cinco", "c"]


def test_what_an_encoding_lacks() -> None:
    """A file in ISO-8859-1 has escapes for what that can't hold."""
    data = "a=ü\nb=x".encode("iso-8859-1")
    assert PROPERTIES.assemble(data, ["ö€", "x"], "de") == b"a=\xf6\\u20ac\nb=x"


@pytest.mark.parametrize(
    ("values", "with_arguments", "without"),
    [
        (["x"], True, False),
        (["don't", "{0}"], True, False),
        (["don''t", "{0}"], True, True),
        (["don''t", "can't"], True, False),
        (["it's {0}"], False, False),
        (["it's {0}", "it''s {1}"], True, False),
        (["{0,choice,0#it''s|1#x}"], True, False),
        (["it's {name, plural, other {x}}"], False, False),
        (["it's {name}"], True, False),
    ],
)
def test_which_values_double(values: list[str], with_arguments: bool, without: bool) -> None:
    """The values of a file tell which of them are patterns."""
    found = doubling(values)
    assert (with_arguments, without) == (found.with_arguments, found.without)


@pytest.mark.parametrize(
    ("pattern", "text", "translation", "expected"),
    [
        ("don''t {0}", "don't {0}", "l'eau {0}", "l''eau {0}"),
        ("don''t {0}", "don't {0}", "l''eau {0}", "l''eau {0}"),
        ("''{0}''", "'{0}'", "«'{0}'»", "«''{0}''»"),
        ("'{0}' {0}", "'{0}' {0}", "{0} '{0}' d'or", "{0} '{0}' d''or"),
        ("'{it''s}' {0}", "'{it''s}' {0}", "'{it''s}' '{x", "'{it''s}' ''{x"),
        ("'", "'", "'", "''"),
    ],
)
def test_apostrophes(pattern: str, text: str, translation: str, expected: str) -> None:
    """An apostrophe is doubled, but for those around the source's own literal stretches."""
    assert text == shown(pattern)
    assert expected == written(translation, pattern)


@pytest.mark.parametrize(
    "document",
    [
        "a=b",
        "a=b\n",
        "a=b\r\nc=d\r\n",
        "a=b\rc=d",
        "a b",
        "a:b",
        "a = b ",
        "  a\t=\tb",
        "a=\\\n  b",
        "a\\\n  b=c",
        "a=b\\\n\n",
        "\\\na=b",
        "a=b\\",
        "a=\\ b",
        "a\\ c=b",
        "a\\=c=b",
        "a=b\\\\\nc=d",
        "#x\n!y\na=b\n#z",
        "a=b\na=c",
        "a=b\\z\\'",
        "=b",
        "=\na=b",
        "\\\n\na=b",
        "a\nb=c",
        "a=\\u00e4\\ud83d\\ude00",
        "a=x\\\n\\\n\\\n y",
        "\ufeffa=b",
        "a=b\x0b\x85\u2028c",
    ],
)
def test_small_documents(document: str) -> None:
    """A file is read as Java reads it, and its own units give it back."""
    data = document.encode()
    bare = document.removeprefix("\ufeff")
    assert javaproperties.loads(bare) == {entry.key: entry.value for entry in entries(bare)}
    assert PROPERTIES.assemble(data, texts(data), "de") == data
    translated = PROPERTIES.assemble(data, [f"x{text}" for text in texts(data)], "de")
    assert PROPERTIES.same_structure(data, translated) is None
    assert [text.strip() for text in texts(translated)] == [
        f"x{text}".strip() for text in texts(data)
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^there is no text to translate in this document; leave it out$"),
        (b"a=12\n#x", "no text to translate"),
        (b"a=b\nc=\\u12x4", r"^2: '\\\\u12x4' is no escape: write \\u and four"),
        (b"a=b\nc\\u=d", "^2: .* is no escape"),
        (b"a=b\nc=\\ud800", "^2: it holds a NUL character or half a surrogate pair"),
        (b"a=b\nc=\\u0000", "^2: it holds a NUL character"),
        (b"a=b\nc=\0", "^2: a NUL character: this looks like a binary file"),
        (b"a" * (20 * 1024 * 1024 + 1), "20 MB is the most; split it"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the line and what to do."""
    with pytest.raises(DocumentError, match=message):
        PROPERTIES.extract(data, "de")


@pytest.mark.parametrize(
    ("translated", "difference"),
    [
        (b"# x\na=y\nb=1\n", None),
        (b"# x\nc=y\nb=1\n", "line 2: 'a=' became 'c=' before the text of a"),
        (b"# z\na=y\nb=1\n", "line 2: 'x\\na=' became 'z\\na=' before the text of a"),
        (b"# x\na=y\nb=2\n", "line 3: b is not to be translated, and changed"),
        (b"# x\na=y\n", "2 texts became 1"),
        (b"# x\na=y\nb=1", "'\\n' became '' after the last text"),
        (b"\xef\xbb\xbf# x\na=y\nb=1\n", "the encoding changed"),
    ],
)
def test_same_structure(translated: bytes, difference: str | None) -> None:
    """Keys, comments and what is not translated must be the same."""
    assert PROPERTIES.same_structure(b"# x\na=b\nb=1\n", translated) == difference


def test_count_of_texts() -> None:
    """A text is asked for for each unit."""
    with pytest.raises(ValueError, match="shorter"):
        PROPERTIES.assemble(b"a=b\nc=d", ["x"], "de")


PARTS = st.lists(
    st.sampled_from(
        [
            *("a", "b c", " ", "\n", "\r\n", "\r", "\\", "\\\n ", "\\\\", "=", ":", "#", "!"),
            *("'", "''", "{0}", "'{", "é", "\\u00e9", "\\n", "\t", "\f", "😀", "\ud800", "\0"),
        ]
    ),
    max_size=15,
).map("".join)


@settings(deadline=None, max_examples=100)
@given(PARTS, PARTS)
def test_hostile_documents(document: str, hostile: str) -> None:
    """Any file is read as Java reads it, and whatever a translation holds comes back from it."""
    data = document.encode(errors="ignore").replace(b"\0", b"")
    try:
        units = texts(data)
    except DocumentError:
        return
    assert javaproperties.loads(data.decode()) == {e.key: e.value for e in entries(data.decode())}
    assert PROPERTIES.assemble(data, units, "de") == data
    translated = PROPERTIES.assemble(data, [f"x{hostile}x" for _ in units], "de")
    assert PROPERTIES.same_structure(data, translated) is None
    kept = f"x{hostile}x".replace("\r\n", "\n").replace("\ud800", "�").replace("\0", "�")
    for unit in texts(translated):
        assert unit.strip().replace("'", "") == kept.replace("'", "")


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    "document",
    [
        "a=x" + "\\\n" * 100_000 + "y",
        "a=x" + "\\\\" * 100_000,
        "a" + " " * 1_000_000 + "b",
        "a=x\n" * 20_000,
        "#x\n" * 50_000 + "a=x",
        "a=" + "'{" * 100_000 + "x",
        "a=" + "{ " * 100_000 + "x",
        "a=\\\n" + "word " * 200_000,
    ],
)
def test_long_documents(document: str) -> None:
    """Long files, and long values, take linear time."""
    data = document.encode()
    units = texts(data)
    assert PROPERTIES.assemble(data, units, "de") == data
    translated = PROPERTIES.assemble(data, [f"x {unit}" for unit in units], "de")
    assert PROPERTIES.same_structure(data, translated) is None
