"""`.strings` of iOS and macOS in and out."""

from __future__ import annotations

import openstep_plist
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.strings.apple.strings import AppleStringsFormat

STRINGS = AppleStringsFormat()

DOCUMENT = r"""/*
  Localizable.strings
*/

/* The title of the window,
   and of the tab */
// Short, please
"window.title" = "Say \"Hello\"\nto %@";
"files" = "%1$@ has %2$d files"; /* shown while loading */
"load" = "Loading…";

"count" = "%d";
plain = Word;
"Cancel";
"""


def texts(document: bytes) -> list[str]:
    return [unit.text for unit in STRINGS.extract(document, "de")]


def read(document: bytes) -> dict[str, str]:
    """As another implementation of Core Foundation's grammar reads it."""
    codec = "utf-16" if b"\0" in document else "utf-8-sig"
    found = openstep_plist.loads(document.decode(codec), use_numbers=False)
    assert isinstance(found, dict)
    return found


def test_units() -> None:
    """Values with prose are handed out unescaped, with their key and the comments above them."""
    found = STRINGS.extract(DOCUMENT.encode(), "de")
    assert [(unit.path, unit.text, unit.note) for unit in found] == [
        (
            "window.title",
            'Say "Hello"\nto %@',
            "The title of the window,\nand of the tab\nShort, please",
        ),
        ("files", "%1$@ has %2$d files", ""),
        ("load", "Loading…", "shown while loading"),
        ("plain", "Word", ""),
        ("Cancel", "Cancel", ""),
    ]
    assert all(unit.whole and unit.role == "label" for unit in found)


def test_translated_document() -> None:
    """Translations are escaped; all around them stays."""
    new = ['Sag "Hallo" \\o/\nzu %@', "%2$d Dateien von %1$@", "Lädt\t…", "Wort;", "Nein"]
    translated = STRINGS.assemble(DOCUMENT.encode(), new, "de")
    assert (
        translated.decode()
        == r"""/*
  Localizable.strings
*/

/* The title of the window,
   and of the tab */
// Short, please
"window.title" = "Sag \"Hallo\" \\o/\nzu %@";
"files" = "%2$d Dateien von %1$@"; /* shown while loading */
"load" = "Lädt\t…";

"count" = "%d";
plain = "Wort;";
"Cancel" = "Nein";
"""
    )
    assert STRINGS.same_structure(DOCUMENT.encode(), translated) is None
    assert [value for value in read(translated).values() if value != "%d"] == new


@pytest.mark.parametrize(
    ("document", "translation", "expected"),
    [
        ('"a" = "x\\U00e9";', "ü😀", '"a" = "\\U00fc\\Ud83d\\Ude00";'),
        ('"a" = "x\\U00e9é";', "ü", '"a" = "ü";'),
        ("'a' = 'it\\'s \"x\"';", 'l\'un "y"', "'a' = 'l\\'un \"y\"';"),
        ('"a" = "x\ny";', "u\nv\r\nw", '"a" = "u\nv\nw";'),
        ('"a" = "x\r\ny";', "u\nv", '"a" = "u\r\nv";'),
        ('"a" = "x";', "u\rv\x07", '"a" = "u\\rv\\U0007";'),
        ('"a" = "\\101\\n\\z";', '"', '"a" = "\\"";'),
    ],
)
def test_escapes(document: str, translation: str, expected: str) -> None:
    """A value is written with the quotes, line ends and escapes that its source has."""
    assert STRINGS.assemble(document.encode(), [translation], "de").decode() == expected


@pytest.mark.parametrize(
    ("codec", "bom"),
    [
        ("utf-8", ""),
        ("utf-8", "\ufeff"),
        ("utf-16-le", "\ufeff"),
        ("utf-16-be", "\ufeff"),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
    ],
)
def test_encodings(codec: str, bom: str) -> None:
    """A file keeps its encoding and its byte order mark."""
    data = f'{bom}"a" = "grün";'.encode(codec)
    assert texts(data) == ["grün"]
    assert STRINGS.assemble(data, ["größe"], "de") == f'{bom}"a" = "größe";'.encode(codec)


@pytest.mark.parametrize(
    "document",
    [
        '"a"="b";',
        '"a" = "b";\n',
        '"a" = "b";\r\n"c" = "d";\r\n',
        '"a" = "b"; "c" = "d";',
        '"a"\n=\n"b"\n;\n',
        '/**/"a" = "b";',
        '/* x */ "a" /* y */ = /* z */ "b" /* " */ ; // "',
        '// "x" = "y";\n"a" = "b";',
        '/* "x" = "y"; */\n"a" = "b";',
        '/* x * / y **/ "a" = "b";',
        "a = b;",
        "com.example/a-b:c = b;",
        "'a' = 'b';",
        "'a' = \"b'c\";",
        '"a;=" = "b;=";',
        '"a\\"" = "b\\"";',
        '"a\\\\" = "b\\\\";',
        '"a" = "b\\\nc";',
        '"a" = "";\n"b" = "x";',
        '"a" = "b";\n"a" = "c";',
        '"a";',
        '"a" ; "b" = "c" ;',
        '"a" = "x %@ %1$@ %d %%";',
        '"a" = "\\Ud83d\\Ude00 x";',
        '"a" = "x\u2028y";',
    ],
)
def test_small_documents(document: str) -> None:
    """A file is read as Core Foundation reads it, and its own units give it back."""
    data = document.encode()
    units = STRINGS.extract(data, "de")
    expected = read(data)
    assert all(expected[unit.path] == unit.text for unit in units[-1:])
    assert STRINGS.assemble(data, texts(data), "de") == data
    translated = STRINGS.assemble(data, [f"x{text}" for text in texts(data)], "de")
    assert STRINGS.same_structure(data, translated) is None
    assert read(translated) == {
        key: f"x{value}" if key in {unit.path for unit in units} else value
        for key, value in expected.items()
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^there is no text to translate in this document; leave it out$"),
        (b'"a" = "%d";', "no text to translate"),
        (b'"a" = "b";\n"c = "d";\n', "^2: a ; is missing after this string"),
        (b'"a" = "b"\n"c" = "d";\n', "^1: a ; is missing after this string"),
        (b'"a" = "b";\n"c" = ;', "^2: the value after this = must be a string"),
        (b'"a" = "b";\n"c" =', "^2: the value after this = must be a string"),
        (b'"a" = "b";\n= "c";', "^2: a key is missing before this sign"),
        (b'"a" = "b";\n"c" = "d;', "^2: nothing ends this string: write a quotation mark"),
        (b'"a" = "b";\n/* x', "^2: nothing ends this comment"),
        (b'"a" = "b";\n"c" = ("d");', "^2: only strings can stand here"),
        (b'{ "a" = "b"; }', "^1: only strings can stand here"),
        ('\n"a" = é;'.encode(), "^2: 'é' can't stand here: put strings into quotation marks"),
        (b'\n"a" = "\\351";', r"^2: \\351 is an octal escape beyond ASCII"),
        (b'\n"a" = "\\Ud83d";', "^2: it holds a NUL character or half a surrogate pair"),
        (b'\n"a" = "\\0";', "^2: it holds a NUL character"),
        (b"bplist00\xd1", "^this is a compiled property list; hand in the source"),
        (b"<?xml version='1.0'?><plist/>", "^this is XML, not .strings"),
        (b'"a" = "\xe9";', r"^1: byte 7 \(0xe9\) is not utf-8"),
        (b'"a"\0 = "b";', "NUL character"),
        (b" " * (20 * 1024 * 1024 + 1), "20 MB is the most; split it"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the line and what to do."""
    with pytest.raises(DocumentError, match=message):
        STRINGS.extract(data, "de")


@pytest.mark.parametrize(
    ("translated", "difference"),
    [
        ('"a" = "x";\n"b" = "%d";', None),
        ('"c" = "x";\n"b" = "%d";', "line 1: 'a\"' became 'c\"' before the text of a"),
        ('"a" = "x";\n"b" = "%s";', "line 2: b is not to be translated, and changed"),
        ('"a" = "x";\n', "2 texts became 1"),
        ('"a" = "x";\n"b" = "%d"; ', "'' became ' ' after the last text"),
        ('\ufeff"a" = "x";\n"b" = "%d";', "the encoding changed"),
    ],
)
def test_same_structure(translated: str, difference: str | None) -> None:
    """Keys, comments and what is not translated must be the same."""
    source = b'"a" = "b";\n"b" = "%d";'
    assert STRINGS.same_structure(source, translated.encode()) == difference


def test_count_of_texts() -> None:
    """A text is asked for for each unit."""
    with pytest.raises(ValueError, match="shorter"):
        STRINGS.assemble(b"a = b; c = d;", ["x"], "de")


PARTS = st.lists(
    st.sampled_from(
        [
            *("a", "b c", " ", "\n", "\r\n", "\r", "\\", '"', "'", '\\"', "=", ";", "/*", "*/"),
            *("//", "%@", "%1$@", "é", "\\U00e9", "\\n", "\t", "\0", "😀", "\ud800", '";'),
        ]
    ),
    max_size=15,
).map("".join)


@settings(deadline=None, max_examples=100)
@given(PARTS)
def test_hostile_translations(hostile: str) -> None:
    """Whatever a translation holds comes back from the file, and does no harm to it."""
    data = DOCUMENT.encode()
    translated = STRINGS.assemble(data, [f"x{hostile}x"] * 5, "de")
    assert STRINGS.same_structure(data, translated) is None
    kept = f"x{hostile}x".replace("\r\n", "\n").replace("\ud800", "�").replace("\0", "�")
    assert texts(translated) == [kept] * 5
    assert list(read(translated).values()) == [*[kept] * 3, "%d", *[kept] * 2]


@settings(deadline=None, max_examples=100)
@given(PARTS)
def test_hostile_documents(document: str) -> None:
    """Any file is refused, or read and given back by its own units."""
    data = f'"k" = "{document}";'.encode(errors="replace")
    try:
        units = texts(data)
    except DocumentError:
        return
    assert STRINGS.assemble(data, units, "de") == data
    translated = STRINGS.assemble(data, [f"x{unit}" for unit in units], "de")
    assert STRINGS.same_structure(data, translated) is None


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    "document",
    [
        '"a" = "x' + "\\n" * 100_000 + '";',
        '"a" = "x";\n' * 10_000,
        "/* x */\n" * 30_000 + '"a" = "x";',
        '"a" = "x";' + "\n" * 1_000_000,
        '"a" = "x";' + "/*" + " /*" * 300_000 + "*/",
    ],
)
def test_long_documents(document: str) -> None:
    """Long files, and long values, take linear time."""
    data = document.encode()
    units = texts(data)
    assert STRINGS.assemble(data, units, "de") == data
    translated = STRINGS.assemble(data, [f"x {unit}" for unit in units], "de")
    assert STRINGS.same_structure(data, translated) is None
