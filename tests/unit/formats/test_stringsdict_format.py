"""`.stringsdict` of iOS and macOS in and out."""

from __future__ import annotations

import plistlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.strings.apple.stringsdict import StringsdictFormat

STRINGSDICT = StringsdictFormat()

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
"""

DOCUMENT = f"""{HEAD}\
    <!-- Files in a folder -->
    <key>in &amp; out</key>
    <dict>
        <key>NSStringLocalizedFormatKey</key>
        <string>%#@files@ in &lt;%@&gt;</string>
        <key>files</key>
        <dict>
            <key>NSStringFormatSpecTypeKey</key>
            <string>NSStringPluralRuleType</string>
            <key>NSStringFormatValueTypeKey</key>
            <string>d</string>
            <key>zero</key>
            <string>No files</string>
            <!-- Just one -->
            <key>one</key>
            <string>%d file</string>
            <key>other</key>
            <string>%d files</string>
        </dict>
    </dict>
    <key>wide</key>
    <dict>
        <key>NSStringVariableWidthRuleType</key>
        <dict>
            <key>20</key>
            <string>Hi</string>
            <key>40</key>
            <string>Hello</string>
        </dict>
    </dict>
    <key>device</key>
    <dict>
        <key>NSStringDeviceSpecificRuleType</key>
        <dict>
            <key>mac</key>
            <string>Click</string>
            <key>other</key>
            <string>Tap</string>
        </dict>
    </dict>
    <key>only</key>
    <dict>
        <key>NSStringLocalizedFormatKey</key>
        <string>%#@a@</string>
    </dict>
</dict>
</plist>
"""


def texts(document: bytes, lang: str = "de") -> list[str]:
    return [unit.text for unit in STRINGSDICT.extract(document, lang)]


def test_units() -> None:
    """Formats with prose and forms are handed out, with their path and the comments above."""
    found = STRINGSDICT.extract(DOCUMENT.encode(), "de")
    assert [(unit.path, unit.text) for unit in found] == [
        ("in & out", '<x id="1"/> in &lt;%@&gt;'),
        ("in & out.files.zero", "No files"),
        ("in & out.files.one", "%d file"),
        ("in & out.files.other", "%d files"),
        ("wide.NSStringVariableWidthRuleType.20", "Hi"),
        ("wide.NSStringVariableWidthRuleType.40", "Hello"),
        ("device.NSStringDeviceSpecificRuleType.mac", "Click"),
        ("device.NSStringDeviceSpecificRuleType.other", "Tap"),
    ]
    assert "Files in a folder" == found[0].note
    assert found[2].note == (
        "Files in a folder\nJust one\nthe plural form one, for numbers such as 1"
    )


def test_forms() -> None:
    """There is a form for each category of the target language, and `zero` where there was."""
    data = DOCUMENT.encode()
    polish = STRINGSDICT.extract(data, "pl")
    assert [unit.path.rpartition(".")[2] for unit in polish[1:6]] == [
        *("zero", "one", "few", "many", "other")
    ]
    new = ['<x id="1"/> w &lt;%@&gt;', "0", "1", "2", "5", "1,5", "a", "b", "c", "d"]
    new[1:6] = [f"%d plik{number}" for number in new[1:6]]
    translated = STRINGSDICT.assemble(data, new, "pl")
    assert STRINGSDICT.same_structure(data, translated) is None
    assert plistlib.loads(translated)["in & out"]["files"] == {
        "NSStringFormatSpecTypeKey": "NSStringPluralRuleType",
        "NSStringFormatValueTypeKey": "d",
        "zero": "%d plik0",
        "one": "%d plik1",
        "few": "%d plik2",
        "many": "%d plik5",
        "other": "%d plik1,5",
    }
    japanese = STRINGSDICT.assemble(data, [f"x{text}" for text in texts(data, "ja")], "ja")
    assert STRINGSDICT.same_structure(data, japanese) is None
    assert list(plistlib.loads(japanese)["in & out"]["files"])[2:] == ["zero", "other"]
    assert plistlib.loads(japanese)["device"] == {
        "NSStringDeviceSpecificRuleType": {"mac": "xClick", "other": "xTap"}
    }


def test_new_form() -> None:
    """A form that the source lacks stands before `other`, with the same white space."""
    translated = STRINGSDICT.assemble(DOCUMENT.encode(), [""] * 3 + ["x", "y"] + [""] * 5, "pl")
    assert """
            <key>few</key>
            <string>x</string>
            <key>many</key>
            <string>y</string>
            <key>other</key>
            <string>%d files</string>
""" in translated.decode()


@pytest.mark.parametrize("lang", ["de", "pl", "ja", "ar", "en"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("\n", "\r\n"),
        ("<?xml", "\ufeff<?xml"),
        ("    ", ""),
        ("<!DOCTYPE", "<!-- x -->\n<!DOCTYPE"),
        ("%d files", " %d files\n more "),
        ("%d files", "%d files<!-- c -->"),
        ("%d files", "&#37;d &#x66;iles &quot;"),
        ("%d files", "<![CDATA[a]]>%d files"),
        ("%d files", ""),
        ("<string>%d file</string>", "<string/>"),
        ("<key>other</key>", "<key> other </key>"),
        ("<key>other</key>", "<key>others</key>"),
        ("%#@files@", "%1$#@files@ and %2$#@files@"),
        ("Hi", "🙂 Hi é"),
        ("No files", "No %d files"),
        ("NSStringLocalizedFormatKey", "x"),
        ("<key>one</key>", ""),
        (
            "<dict>\n        <key>NSStringVariable",
            "<dict><key>x</key><array><string>y</string></array><key>NSStringVariable",
        ),
        ("</plist>", "<!-- end --></plist>"),
    ],
)
def test_small_documents(old: str, new: str, lang: str) -> None:
    """A file's own units give it back; translated, it has the same structure."""
    data = DOCUMENT.replace(old, new).encode()
    units = texts(data, lang)
    assert STRINGSDICT.assemble(data, units, lang) == data
    translated = STRINGSDICT.assemble(data, [f"x {unit}" for unit in units], lang)
    assert translated != data
    assert STRINGSDICT.same_structure(data, translated) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^1: this is no well-formed XML: no element found"),
        (f"{HEAD}</dict></plist>".encode(), "no text to translate"),
        (f"{HEAD}</plist>".encode(), "^5: this is no well-formed XML: mismatched tag"),
        (b"\n<dict/>", "^2: its outermost element is <dict>, and must be <plist>"),
        (b"bplist00", "^this is a compiled property list; hand in the source"),
        (b'<!DOCTYPE plist [<!ENTITY a "b">]><plist/>', "^1: it declares or names entities"),
        (DOCUMENT.replace("%d files", "&a;").encode(), "^22: it declares or names entities"),
        (b"<plist>\n\xe9</plist>", r"^2: byte .* is not utf-8"),
        (b" " * (20 * 1024 * 1024 + 1), "20 MB is the most; split it"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the line and what to do."""
    with pytest.raises(DocumentError, match=message):
        STRINGSDICT.extract(data, "de")


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("Hello", "Hallo", "none"),
        ("<key>one</key>", "<key>few</key>", "none"),
        ("%#@files@", "%#@file@", "line 9: the markup of in & out changed"),
        ("<string>d<", "<string>u<", "line 22: 'd</string>"),
        ("<key>20</key>", "<key>30</key>", "line 30: '20</key>"),
        ("%#@a@", "%#@b@", "line 48: only is not to be translated, and changed"),
        ("</plist>\n", "</plist>", "'\\n' became '' after the last text"),
    ],
)
def test_same_structure(old: str, new: str, difference: str) -> None:
    """All but the texts must be the same, and the variables in them."""
    assert old in DOCUMENT
    found = STRINGSDICT.same_structure(DOCUMENT.encode(), DOCUMENT.replace(old, new).encode())
    assert (found or "none").startswith(difference)


PARTS = st.lists(
    st.sampled_from(
        [
            *("a", " ", "\n", "\r", "\t", "<b>", "&lt;", "&amp;", "&", "]]>", "<![CDATA[", "<!--"),
            *("-->", "\x07", "\0", "\ud800", "%d", "%#@files@", "%#@", '<x id="1"/>', "%1$", "😀"),
            *("</string>", "\ufffe", "@", "é"),
        ]
    ),
    max_size=15,
).map("".join)


@settings(deadline=None, max_examples=100)
@given(PARTS, st.sampled_from(["de", "ja", "pl"]))
def test_hostile_translations(hostile: str, lang: str) -> None:
    """Whatever a translation holds, the file is well-formed and has the same structure."""
    data = DOCUMENT.encode()
    units = texts(data, lang)
    translated = STRINGSDICT.assemble(data, [f"x{hostile}x" for _ in units], lang)
    assert STRINGSDICT.same_structure(data, translated) is None
    found = plistlib.loads(translated)["wide"]["NSStringVariableWidthRuleType"]["20"]
    if not set(hostile) & set("<&%\0\x07\ud800\r\ufffe"):
        assert found == f"x{hostile}x"


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    "string", ["a " * 300_000, "%#@" * 20_000 + "a", "%#@a@ b" * 7_000, "&lt;" * 20_000 + "a"]
)
def test_long_documents(string: str) -> None:
    """Long texts take linear time."""
    data = DOCUMENT.replace("Hello", string).encode()
    units = texts(data)
    assert STRINGSDICT.assemble(data, units, "de") == data
    translated = STRINGSDICT.assemble(data, [f"x {unit}" for unit in units], "de")
    assert STRINGSDICT.same_structure(data, translated) is None
