"""Android string resources in and out."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.strings.android.format import AndroidFormat

ANDROID = AndroidFormat()

DOCUMENT = r"""<?xml version="1.0" encoding="utf-8"?>
<!-- Licence -->

<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2">
    <!-- The name -->
    <string name="app" translatable="false">Foo</string>
    <!-- Shown at start
         [CHAR LIMIT=30] -->
    <string name="greeting">Don\'t  say
        \"Hello\" &amp; <b>be</b> <xliff:g id="user" example="Ann">%1$s</xliff:g>\u2026</string>
    <string name="alias">@string/app</string>
    <string name="number">12 %</string>
    <string name="quoted">"It's  quoted"</string>
    <string name="html"><![CDATA[Hi <b>there</b> & don\'t]]></string>
    <string-array name="days"><item>Monday</item><item>12</item><item>\@Friday</item></string-array>
    <!-- How many were found -->
    <plurals name="files">
        <item quantity="one">%d file</item>
        <!-- The rest -->
        <item quantity="other">%d files</item>
    </plurals>
    <color name="red">#f00</color>
</resources>
"""

GREETING = 'Don\'t say "Hello" &amp; <b>be</b> <x id="3"/>…'


def texts(document: bytes, lang: str = "de") -> list[str]:
    return [unit.text for unit in ANDROID.extract(document, lang)]


def test_units() -> None:
    """Texts are handed out unescaped, with path, note and limit."""
    found = ANDROID.extract(DOCUMENT.encode(), "de")
    assert [(unit.path, unit.text, unit.max_chars) for unit in found] == [
        ("greeting", GREETING, 30),
        ("quoted", "It's  quoted", None),
        ("html", "Hi <b>there</b> & don't", None),
        ("days.0", "Monday", None),
        ("days.2", "@Friday", None),
        ("files.one", "%d file", None),
        ("files.other", "%d files", None),
    ]
    assert [unit.note for unit in found] == [
        "Shown at start [CHAR LIMIT=30]\nuser: e.g. Ann",
        *[""] * 4,
        "How many were found\nthe plural form one, for numbers such as 1",
        "How many were found\nThe rest\nthe plural form other, for numbers such as 0, 2, 3, 4",
    ]
    assert {("label", True)} == {(unit.role, unit.whole) for unit in found}


def test_translated_document() -> None:
    """Translations are escaped as their place asks for; all around them stays."""
    new = [
        '„So\'s“ <x id="3"/>…\n<b>Ü</b> \\o/ &lt;3',
        "So's  'ne",
        "L'<b>eau</b> &",
        "Montag",
        "?",
        "%d Datei",
        "%d Dateien",
    ]
    translated = ANDROID.assemble(DOCUMENT.encode(), new, "de").decode()
    before = r"""Don\'t  say
        \"Hello\" &amp; <b>be</b> <xliff:g id="user" example="Ann">%1$s</xliff:g>\u2026<"""
    after = (
        r"„So\'s“ "
        r'<xliff:g id="user" example="Ann">%1$s</xliff:g>\u2026\n<b>Ü</b> \\o/ &lt;3<'
    )
    expected = DOCUMENT.replace(before, after).replace("It's  quoted", "So's  'ne")
    expected = expected.replace(r"Hi <b>there</b> & don\'t", r"L\'<b>eau</b> &")
    expected = expected.replace("Monday", "Montag").replace(r"\@Friday", r"\?")
    assert translated == expected.replace("%d files", "%d Dateien").replace("%d file", "%d Datei")
    assert ANDROID.same_structure(DOCUMENT.encode(), translated.encode()) is None


def test_notes() -> None:
    """A comment is a note where it stands right above, and no blank line or element between."""
    data = b"""<resources>
    <!-- A section -->

    <!-- One -->
    <!-- and more -->
    <string name="a">a</string>
    <!-- A section -->

    <string name="b">b</string>
    <string name="c">c</string>
</resources>"""
    assert ["One\nand more", "", ""] == [unit.note for unit in ANDROID.extract(data, "de")]


PLURALS = """<resources>
  <plurals name="a">
    <item quantity="one">1 file</item>
    <item quantity="other"><b>%d</b> files</item>
  </plurals>
</resources>"""


def test_forms_that_the_source_lacks() -> None:
    """A form that only the target language has is made after `other`, and stands before it."""
    data = PLURALS.encode()
    units = ANDROID.extract(data, "ru")
    assert ["a.one", "a.few", "a.many", "a.other"] == [unit.path for unit in units]
    assert [unit.text for unit in units[1:]] == ["<b>%d</b> files"] * 3
    assert units[1].note == "the plural form few, for numbers such as 2, 3, 4, 22"
    assert ANDROID.assemble(data, [unit.text for unit in units], "ru") == data
    new = ["1 файл", "<b>%d</b> файла", "<b>%d</b> файлов", "<b>%d</b> файла"]
    translated = ANDROID.assemble(data, new, "ru")
    assert (
        translated.decode()
        == """<resources>
  <plurals name="a">
    <item quantity="one">1 файл</item>
    <item quantity="few"><b>%d</b> файла</item>
    <item quantity="many"><b>%d</b> файлов</item>
    <item quantity="other"><b>%d</b> файла</item>
  </plurals>
</resources>"""
    )
    assert ANDROID.same_structure(data, translated) is None


def test_forms_that_the_target_lacks() -> None:
    """A form that the target language has not goes, once `other` is translated."""
    data = PLURALS.encode()
    assert texts(data, "ja") == ["<b>%d</b> files"]
    translated = ANDROID.assemble(data, ["<b>%d</b>個"], "ja")
    assert (
        translated.decode()
        == """<resources>
  <plurals name="a">
    <item quantity="other"><b>%d</b>個</item>
  </plurals>
</resources>"""
    )
    assert ANDROID.same_structure(data, translated) is None
    assert ANDROID.assemble(data, [" "], "ja") == data


@pytest.mark.parametrize(
    ("items", "lang", "paths"),
    [
        ('<item quantity="one">a</item>', "ru", ["p.one"]),
        (
            '<item quantity="other">a</item><item quantity="one">b</item>',
            "de",
            ["p.other", "p.one"],
        ),
        ('<item quantity="other">a</item>', "ar", ["zero", "one", "two", "few", "many", "other"]),
        (
            '<item quantity="odd">a</item><item quantity="other">b</item>',
            "ja",
            ["p.odd", "p.other"],
        ),
    ],
)
def test_forms(items: str, lang: str, paths: list[str]) -> None:
    """There is a unit for each form of the target language, whatever the source has."""
    data = f'<resources><plurals name="p">{items}</plurals></resources>'.encode()
    found = [unit.path for unit in ANDROID.extract(data, lang)]
    assert found == [path if "." in path else f"p.{path}" for path in paths]
    translated = ANDROID.assemble(data, [f"x{n}" for n in range(len(found))], lang)
    forms = ElementTree.fromstring(translated)[0]
    assert [form.get("quantity") for form in forms] == [path.split(".")[1] for path in found]
    assert [form.text for form in forms] == [f"x{n}" for n in range(len(found))]


@pytest.mark.parametrize(
    ("raw", "unit", "translation", "written"),
    [
        ("a", "a", 'it\'s "x"', r"it\'s \"x\""),
        ("a", "a", "@x ?y", r"\@x ?y"),
        ("a", "a", "a  b", r"a \u0020b"),
        ("a", "a", "a\r\n\tb\x07\ufffe", r"a\n\tb\u0007\ufffe"),
        ("a", "a", "R&D <c> ]]> &nbsp;", "R&amp;D &lt;c&gt; ]]&gt; &amp;nbsp;"),
        ("a", "a", "&lt;c&gt; &amp;amp;", "&lt;c&gt; &amp;amp;"),
        ("a", "a", "x <b>y</b>", "x ‹b&gt;y‹/b&gt;"),
        (r"\u0020a", " a", "b", r"\u0020b"),
        (r"a\n", "a\n", "b", r"b\n"),
        (r"a\u00a0b&#233;", "a\u00a0bé", "é\u00a0ö", r"&#233;\u00a0ö"),
        (r"\ud83d\ude00 a", "😀 a", "b 😀", "b 😀"),
        (r"a\z\#", "az#", "#z", "#z"),
        ('"a \n b"', "a \n b", "it's\n b", r'"it' + r"'s\n b" + '"'),
        ('a "b  c" d', "a b  c d", "x", "x"),
        ("&quot;a  b&quot;", "a  b", "x", "x"),
        ("<i>a</i>", "a", "x", "<i>x</i>"),
        ("<i>a</i> b", "<i>a</i> b", "x", "<i>a</i> b"),
        ("<i>a</i> <u>b</u>", "<i>a</i> <u>b</u>", "<u>x</u> <i>y</i>", "<u>x</u> <i>y</i>"),
        ('<a href="x>y">b</a> c', '<g id="1">b</g> c', '<g id="1">x</g>', '<a href="x>y">x</a>'),
        ("a<br/>b", 'a<x id="1"/>b', 'x<x id="1"/>y', "x<br/>y"),
        ("a <!-- b --> c", 'a <x id="1"/> c', 'x<x id="1"/>', "x<!-- b -->"),
        ("a &lt;b>b&lt;/b> c", 'a <g id="1">b</g> c', 'x <g id="1">y</g>', "x &lt;b>y&lt;/b>"),
        ("a &lt; b", "a &lt; b", "x &lt; y", "x &lt; y"),
        ("a <![CDATA[b]]>", 'a <x id="1"/>', '<x id="1"/>x', "<![CDATA[b]]>x"),
        ("<![CDATA[a &nbsp;<br>b]]>", 'a &nbsp;<x id="1"/>b', 'x ]]><x id="1"/>&', None),
        (
            '<xliff:g id="x">%s</xliff:g> a',
            '<x id="1"/> a',
            'x <x id="1"/>',
            'x <xliff:g id="x">%s</xliff:g>',
        ),
    ],
)
def test_texts(raw: str, unit: str, translation: str, written: str | None) -> None:
    """A text is read as Android reads it, and a translation written so that it reads it again."""
    head, tail = '<resources xmlns:xliff="urn:x"><string name="a">', "</string></resources>"
    data = f"{head}{raw}{tail}".encode()
    assert texts(data) == [unit]
    translated = ANDROID.assemble(data, [translation], "de")
    written = written or "<![CDATA[x ]]&gt;<br>&]]>"
    assert translated.decode() == f"{head}{written}{tail}"
    assert ANDROID.same_structure(data, translated) is None
    ElementTree.fromstring(translated)


@pytest.mark.parametrize(
    "document",
    [
        '<resources><string name="a">b</string></resources>',
        "<?xml version='1.0' encoding='UTF-8'?>\r\n<resources>\r\n<string name='a'>b</string>\r\n"
        "</resources>\r\n",
        '\ufeff<resources><string name="a">b</string></resources>',
        '<resources><string name="a">b</string><string name="c"/><string name="d"></string>'
        "</resources>",
        '<resources><string name="a" formatted="false">%d b %d</string></resources>',
        '<resources><item type="string" name="a">b</item></resources>',
        '<resources><item type="dimen" name="x">2dp</item><string name="a">b</string></resources>',
        "<resources><string>b</string></resources>",
        '<resources><string name="a"> b </string></resources>',
        '<resources><string name="a">"b"</string></resources>',
        '<resources><string name="a"><![CDATA[b]]></string></resources>',
        '<resources><string name="a"> <![CDATA[ "b" ]]> </string></resources>',
        '<resources><string name="a"><b>b</b></string></resources>',
        '<resources><string name="a"><b><i>b</i></b> c</string></resources>',
        '<resources><string-array name="a"><item>b</item><item/></string-array></resources>',
        '<resources><string-array name="a" translatable="false"><item>b</item></string-array>'
        '<string name="c">d</string></resources>',
        '<resources><plurals name="a"><item quantity="other">b</item></plurals></resources>',
        '<resources><plurals name="a" translatable="false"><item quantity="one">b</item>'
        '<item quantity="other">b</item></plurals><string name="c">d</string></resources>',
        '<resources><!-- <string name="a">b</string> --><string name="c">d</string></resources>',
        '<resources><string name="a">b</string><!-- c --></resources>\n<!-- d -->',
        '<resources><string name="a">?attr/b</string><string name="c">?</string>'
        '<string name="d">@null</string><string name="e">f?</string></resources>',
        '<resources tools:ignore="x" xmlns:tools="y"><string name="a">b</string></resources>',
        '<resources><public><string name="a">b</string></public><string name="c">d</string>'
        "</resources>",
        '<resources>\n\n<string name="a">\n  b\n  c\n</string>\n</resources>',
        '<resources><string name="a">b\\u2026 &#8230; é</string></resources>',
    ],
)
def test_small_documents(document: str) -> None:
    """A file's own units give it back; translated, it has the same elements for a reader."""
    data = document.encode()
    for lang in ("de", "ja", "ar"):
        units = texts(data, lang)
        assert ANDROID.assemble(data, units, lang) == data
        translated = ANDROID.assemble(data, [f"x {unit}" for unit in units], lang)
        assert translated != data
        assert ANDROID.same_structure(data, translated) is None
        names = [element.get("name") for element in ElementTree.fromstring(data)]
        assert [element.get("name") for element in ElementTree.fromstring(translated)] == names


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^1: this is no well-formed XML: no element found"),
        (b"<resources/>", "^there is no text to translate in this document; leave it out$"),
        (b'<resources><string name="a">12\\n</string></resources>', "no text to translate"),
        (b"<resources>\n<string>a</resources>", "^2: this is no well-formed XML: mismatched tag"),
        (b"<resources>\n<string>a &nbsp;</string></resources>", "^2: .* undefined entity"),
        (b"<resources>\n<string>a\x01</string></resources>", "^2: this is no well-formed XML"),
        (b"\n<plist><string>a</string></plist>", "^2: its outermost element is <plist>, and must"),
        (
            b'<!DOCTYPE resources [<!ENTITY a "b">]>\n<resources><string>&a;</string></resources>',
            "^1: it declares or names entities of its own; take the declarations",
        ),
        (
            b'<!DOCTYPE resources SYSTEM "x">\n<resources><string>&a; b</string></resources>',
            "^2: it declares or names entities of its own",
        ),
        (
            b'<resources>\n<string name="a">\\ud83d b</string></resources>',
            "^2: a: it holds a NUL character or half a surrogate pair",
        ),
        (b'<resources>\n<string name="a">b\\u0000</string></resources>', "^2: a: it holds a NUL"),
        (b"<resources>\n<string>caf\xe9</string></resources>", r"^2: byte .* is not utf-8"),
        (
            b'<?xml version="1.0" encoding="x-y"?><resources/>',
            "^1: its encoding 'x-y' is not known",
        ),
        (b"<resources>\0</resources>", "NUL character"),
        (b" " * (20 * 1024 * 1024 + 1), "20 MB is the most; split it"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the line and what to do."""
    with pytest.raises(DocumentError, match=message):
        ANDROID.extract(data, "de")


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (">Monday<", ">x<", "none"),
        ('        <item quantity="one">%d file</item>\n', "", "none"),
        (">Foo<", ">Bar<", "line 6: app is not to be translated, and changed"),
        ("#f00", "#f01", "'0</color>\\n</resources>\\n' became '1</color>"),
        ("<b>be</b>", "be", "line 9: the markup of greeting changed"),
        ("%1$s", "%2$s", "line 9: the markup of greeting changed"),
        ("<![CDATA[Hi <b>there</b> & don\\'t]]>", "x", "line 14: the markup of html changed"),
        ('name="days"', 'name="dayz"', "line 15: 's\"><item>' became 'z\"><item>' before the"),
        ("<item>12</item>", "", "line 15: "),
        ('quantity="other"', 'quantity="many"', "line 20: "),
        ("</resources>\n", "</resources>", "'\\n' became '' after the last text"),
    ],
)
def test_same_structure(old: str, new: str, difference: str) -> None:
    """All but the texts must be the same, and the inline markup in them."""
    assert old in DOCUMENT
    found = ANDROID.same_structure(DOCUMENT.encode(), DOCUMENT.replace(old, new).encode())
    assert (found or "none").startswith(difference)


def test_encodings() -> None:
    """A file keeps its encoding; what this lacks is written as a reference."""
    document = (
        '<?xml version="1.0" encoding="iso-8859-1"?><resources><string>ü</string></resources>'
    )
    data = document.encode("iso-8859-1")
    assert texts(data) == ["ü"]
    assert ANDROID.assemble(data, ["ö€"], "de") == data.replace(b"\xfc", b"\xf6&#8364;")
    utf_16 = "\ufeff<resources><string>a</string></resources>".encode("utf-16-le")
    assert ANDROID.assemble(utf_16, ["ö"], "de").decode("utf-16") == (
        "<resources><string>ö</string></resources>"
    )


def test_count_of_texts() -> None:
    """A text is asked for for each unit."""
    with pytest.raises(ValueError, match="shorter"):
        ANDROID.assemble(DOCUMENT.encode(), ["x"], "de")


PARTS = st.lists(
    st.sampled_from(
        [
            *("a", "b c", " ", "  ", "\n", "\r", "\t", "\\", "\\n", "\\u00e9", "'", '"', "@", "?"),
            *(
                "<b>",
                "</b>",
                "<b",
                "<br/>",
                "<x id='1'/>",
                '<x id="3"/>',
                '<g id="1">',
                "</g>",
                ">",
            ),
            *(
                "&lt;",
                "&lt;b>",
                "&amp;",
                "&",
                "]]>",
                "<![CDATA[",
                "<!--",
                "-->",
                "\x07",
                "\0",
                "\ud800",
            ),
            *("%1$s", "😀", "é", "\ufffe", "\u2028", "</string>", "&#8230;"),
        ]
    ),
    max_size=15,
).map("".join)


@settings(deadline=None, max_examples=100)
@given(PARTS, st.sampled_from(["de", "ja", "ru"]))
def test_hostile_translations(hostile: str, lang: str) -> None:
    """Whatever a translation holds, the file is well-formed and has the same structure."""
    data = DOCUMENT.encode()
    units = texts(data, lang)
    translated = ANDROID.assemble(data, [f"x{hostile}x" for _ in units], lang)
    assert ANDROID.same_structure(data, translated) is None
    ElementTree.fromstring(translated)
    again = texts(translated, lang)
    assert len(again) == len(units)
    if not set(hostile) & set("<>&\0\ud800\r"):
        assert again[3] == f"x{hostile}x"


@settings(deadline=None, max_examples=100)
@given(PARTS, PARTS)
def test_hostile_documents(document: str, hostile: str) -> None:
    """Any file is refused, or given back by its own units and translated as it is built."""
    whole = f'<resources><string name="a">{document}</string><string>b</string></resources>'
    data = whole.encode(errors="replace")
    try:
        units = texts(data)
    except DocumentError:
        return
    assert ANDROID.assemble(data, units, "de") == data
    translated = ANDROID.assemble(data, [f"x{hostile}" for _ in units], "de")
    assert ANDROID.same_structure(data, translated) is None
    ElementTree.fromstring(translated)


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    "inner",
    [
        '<string name="a">b</string>\n' * 3_000,
        "<string>a" + " " * 500_000 + "b</string>",
        "<string>a" + "<b>b</b> " * 7_000 + "</string>",
        "<string>a" + "<b>" * 7_000 + "b" + "</b>" * 7_000 + "</string>",
        "<string>a" + "&lt;b " * 20_000 + "</string>",
        "<string>a" + '\\"' * 30_000 + "</string>",
        "<string>a" + '"' * 30_000 + "</string>",
        "<!-- a -->" * 20_000 + "<string>a</string>",
        '<plurals name="a">' + '<item quantity="one">a</item>' * 3_000 + "</plurals>",
        "<x>" * 20_000 + "</x>" * 20_000 + "<string>a</string>",
    ],
)
def test_long_documents(inner: str) -> None:
    """Long files, and long texts, take linear time."""
    data = f"<resources>{inner}</resources>".encode()
    units = texts(data, "ru")
    assert ANDROID.assemble(data, units, "ru") == data
    translated = ANDROID.assemble(data, [f"x {unit}" for unit in units], "ru")
    assert ANDROID.same_structure(data, translated) is None
