"""gettext: messages in and out, read by msgfmt and Babel."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.bilingual.po.format import PoFormat
from tests.msgfmt import complaints

PO = PoFormat()

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: \\n"\n'
    '"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n\n'
)
PLURAL = 'msgid "%d file"\nmsgid_plural "%d files"\nmsgstr[0] ""\nmsgstr[1] ""\n'

MESSAGES = [
    'msgid "Open"\nmsgstr ""\n',
    'msgid "Open"\nmsgstr ""',
    'msgid ""\n"Long text "\n"in two lines"\nmsgstr ""\n',
    'msgid "Ends\\n"\nmsgstr ""\n',
    'msgid "\\nBoth\\n"\nmsgstr ""\n',
    'msgid "a \\"quote\\" and \\\\ and \\t"\nmsgstr ""\n',
    'msgctxt "menu"\nmsgid "Open"\nmsgstr ""\n',
    '# for people\n#. for translators\n#: a.c:1\n#, c-format\nmsgid "%s is open"\nmsgstr ""\n',
    '#, fuzzy\n#| msgid "Opens"\nmsgid "Open"\nmsgstr "Geht auf"\n',
    '#, fuzzy, c-format\nmsgid "%d open"\nmsgstr "%d geht auf"\n',
    'msgid "Done"\nmsgstr "Fertig"\n\nmsgid "Open"\nmsgstr ""\n',
    'msgid "Open"\nmsgstr ""\n\n#~ msgid "Old"\n#~ msgstr "Alt"\n',
    PLURAL,
    'msgctxt "n"\n' + PLURAL,
    "#, c-format\n" + PLURAL,
    'msgid "Tab\\there"\nmsgstr    ""\n',
    'msgid "Open"\nmsgstr ""\n\n\n\nmsgid "Close"\nmsgstr ""\n',
    'msgid "Open"\nmsgstr ""\nmsgid "Close"\nmsgstr ""\n',
    '#. one\n#. two\nmsgid "Open it"\nmsgstr ""\n',
    'msgid "Ünïcode – “quotes”"\nmsgstr ""\n',
    '#  spaced   comment\nmsgid "<b>Bold</b> &amp; %(name)s"\nmsgstr ""\n',
]
FILES = [HEADER + message for message in MESSAGES]
FILES += [FILES[0].replace("\n", "\r\n"), MESSAGES[0], "\ufeff" + FILES[6]]


@pytest.mark.parametrize("text", FILES)
def test_untranslated_it_stays(text: str) -> None:
    """Blank translations, and sources that nobody translated, leave the file to the byte."""
    data = text.encode()
    units = PO.extract(data, "de")
    assert PO.assemble(data, [""] * len(units), "de") == data


@pytest.mark.parametrize("lang", ["de", "pl", "ja"])
@pytest.mark.parametrize("text", FILES)
def test_translations_are_put_in(text: str, lang: str) -> None:
    """Each file takes its translations, and is one that Babel reads."""
    data = text.encode()
    units = PO.extract(data, lang)
    texts = [f'Ü {unit.text} “"\\' for unit in units]
    output = PO.assemble(data, texts, lang)
    assert PO.same_structure(data, output) is None
    assert output.count(b"\xc3\x9c ") >= len(units)
    with pytest.raises(DocumentError, match="no message to translate"):
        PO.extract(output, lang)
    read_po(io.BytesIO(output.removeprefix(b"\xef\xbb\xbf")), abort_invalid=True)


@pytest.mark.parametrize("lang", ["de", "pl", "ja"])
@pytest.mark.parametrize("text", [text for text in FILES if not text.startswith("\ufeff")])
def test_msgfmt_takes_them(text: str, lang: str, tmp_path: Path) -> None:
    """gettext's own program takes each file but one with a byte order mark, which it never does."""
    texts = [f'Ü {unit.text} “"\\' for unit in PO.extract(text.encode(), lang)]
    complaints(PO.assemble(text.encode(), texts, lang), tmp_path)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1), st.text())
def test_any_text(source: str, text: str) -> None:
    """Whatever source and translation hold, the file is read as it was meant."""
    catalogue = "".join(map(_escaped, f"w {source}"))
    data = f'{HEADER}msgid "{catalogue}"\nmsgstr ""\n'.encode("utf-8", "replace")
    try:
        units = PO.extract(data, "de")
    except DocumentError:
        return
    output = PO.assemble(data, [f"x{text}"], "de")
    assert PO.same_structure(data, output) is None
    assert len(units) == 1


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\{ord(sign):03o}" if ord(sign) < 256 else "?"


def test_plural_forms_of_the_target() -> None:
    """There is a unit for each form that the target has, told by its numbers."""
    data = (HEADER + PLURAL).encode()
    assert [(unit.text, unit.note) for unit in PO.extract(data, "pl")] == [
        ("%d file", "for numbers such as 1"),
        ("%d files", "for numbers such as 2, 3, 4, 22"),
        ("%d files", "for numbers such as 0, 5, 6, 7"),
    ]
    output = PO.assemble(data, ["%d plik", "%d pliki", "%d plików"], "pl").decode()
    assert output.endswith('msgstr[0] "%d plik"\nmsgstr[1] "%d pliki"\nmsgstr[2] "%d plików"\n')
    assert '"Language: pl\\n"' in output
    assert '"Plural-Forms: nplurals=3; plural=' in output
    assert [unit.text for unit in PO.extract(data, "ja")] == ["%d files"]


def test_a_language_that_cldr_has_not() -> None:
    """A language of which CLDR knows nothing, such as Klingon, has two forms."""
    data = (HEADER + PLURAL).encode()
    assert [unit.text for unit in PO.extract(data, "tlh")] == ["%d file", "%d files"]
    assert "nplurals=2; plural=(n != 1);" in PO.assemble(data, ["%d a", "%d b"], "tlh").decode()


def test_the_header_s_own_forms_count() -> None:
    """A formula in the header is the file's, whatever CLDR says."""
    header = HEADER.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n > 1)")
    notes = [unit.note for unit in PO.extract((header + PLURAL).encode(), "de")]
    assert notes == ["for numbers such as 0, 1", "for numbers such as 2, 3, 4, 5"]


def test_states() -> None:
    """What has to be looked at is fuzzy, what has no translation stays empty, the rest is done."""
    data = (HEADER + MESSAGES[8] + "\n" + MESSAGES[0].replace("Open", "Close")).encode()
    assert [unit.text for unit in PO.extract(data, "de")] == ["Open", "Close"]
    output = PO.assemble(data, ["Öffnen", "Schließen"], "de", undone=[1]).decode()
    assert 'msgid "Open"\nmsgstr "Öffnen"\n' in output
    assert "#|" not in output
    assert '#, fuzzy\nmsgid "Close"\nmsgstr "Schließen"\n' in output
    output = PO.assemble(data, ["Open", "Close"], "de", undone=[1]).decode()
    assert 'msgid "Open"\nmsgstr "Open"\n' in output
    assert output.endswith('\nmsgid "Close"\nmsgstr ""\n')


def test_contexts_and_notes() -> None:
    """A context is a path, and what programmers say to translators a note."""
    data = (HEADER + '#. A verb\n#: x.c:1\nmsgctxt "menu"\nmsgid "Open"\nmsgstr ""\n').encode()
    (unit,) = PO.extract(data, "de")
    assert (unit.path, unit.note) == ("menu", "A verb")


def test_another_encoding() -> None:
    """A file in the encoding of its header is written in it again."""
    data = (HEADER.replace("UTF-8", "ISO-8859-1") + MESSAGES[0]).encode("latin-1")
    assert PO.assemble(data, ["Öffnen"], "de").endswith(b'msgstr "\xd6ffnen"\n')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('msgid "Open\nmsgstr ""\n', "1: this is no"),
        ('msgid "Open"\n', "no msgstr|no gettext file"),
        ('msgid "a"\nnonsense\nmsgstr ""\n', "2: this is no"),
        ('msgid "a b"\nmsgid_plural "c d"\nmsgstr ""\n', "do not go together|no gettext file"),
        (HEADER, "no message to translate"),
        ("", "no message to translate"),
        (HEADER.replace("Language: ", "Language: fr") + MESSAGES[0], "Language: it says .* fr"),
        (
            HEADER.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=import os")
            + PLURAL,
            "Plural-Forms",
        ),
        (HEADER.replace("UTF-8", "no-such") + MESSAGES[0], "charset no-such is not known"),
    ],
)
def test_what_is_no_gettext_file(text: str, message: str) -> None:
    """Where it goes wrong and why is told."""
    with pytest.raises(DocumentError, match=message):
        PO.extract(text.encode(), "de")


def test_differences_are_told() -> None:
    """Anything but translations, fuzzy marks and the header is a difference."""
    data = (HEADER + MESSAGES[7] + "\n" + MESSAGES[3]).encode()
    assert (
        PO.same_structure(data, data.replace(b"%s is", b"%s was")) == "line 11: the message changed"
    )
    assert (
        PO.same_structure(data, data.replace(b"c-format", b"x")) == "line 11: the message changed"
    )
    assert PO.same_structure(data, data + b'msgid "x"\nmsgstr ""\n') == "3 messages became 4"
    changed = data[::-1].replace(b'""', b'"x"', 1)[::-1]
    assert "another line break" in (PO.same_structure(data, changed) or "")


def test_what_a_charset_lacks() -> None:
    """A text that the file's charset can't hold is left out; half a pair is replaced."""
    data = (HEADER.replace("UTF-8", "ISO-8859-1") + MESSAGES[0]).encode("latin-1")
    assert PO.assemble(data, ["Öffnen für 5 €"], "de") == data
    output = PO.assemble((HEADER + MESSAGES[0]).encode(), ["Auf\ud800"], "de").decode()
    assert output.endswith('msgstr "Auf\ufffd"\n')


def test_a_header_without_lines_for_them(tmp_path: Path) -> None:
    """Language and plural forms get lines of their own where the header has none."""
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    output = PO.assemble((header + "\n" + PLURAL).encode(), ["%d a", "%d b", "%d c"], "pl")
    assert output.decode().startswith(
        header + '"Language: pl\\n"\n"Plural-Forms: nplurals=3; plural='
    )
    assert PO.same_structure((header + "\n" + PLURAL).encode(), output) is None
    complaints(output, tmp_path)
