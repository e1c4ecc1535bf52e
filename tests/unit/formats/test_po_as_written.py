"""gettext files as xgettext, msgmerge and editors leave them, and as nobody should write them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from domain.document.plan import plan
from domain.errors import DocumentError
from formats.bilingual.po.format import PoFormat
from tasks.delivery.assembling import UNWRITTEN, assembled
from tests.msgfmt import complaints

PO = PoFormat()

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: de\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
TEMPLATE = (
    '#, fuzzy\nmsgid ""\nmsgstr ""\n"Project-Id-Version: PACKAGE VERSION\\n"\n'
    '"Language-Team: LANGUAGE <LL@li.org>\\n"\n"Language: \\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=CHARSET\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n\n'
)
DAYS = 'msgid "%d day"\nmsgid_plural "%d days"\n'


def texts(data: bytes, lang: str = "de") -> list[str]:
    return [unit.text for unit in PO.extract(data, lang)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_merged_file(line_end: str, tmp_path: Path) -> None:
    """What msgmerge guessed is translated anew, its guess goes, and obsolete messages stay."""
    if shutil.which("msgmerge") is None:
        pytest.skip("gettext is not installed: there is no msgmerge")
    old = tmp_path / "de.po"
    old.write_text(
        HEADER + '#, c-format\nmsgid "Open the file %s now"\nmsgstr "Öffne jetzt %s"\n\n'
        'msgid "Long gone"\nmsgstr "Lange fort"\n\nmsgid "Close it"\nmsgstr "Schließ es"\n'
    )
    new = tmp_path / "new.pot"
    new.write_text(
        TEMPLATE
        + '#. A button\n#: a.c:1\n#, c-format\nmsgid "Open the files %s now"\nmsgstr ""\n\n'
        'msgid "Close it"\nmsgstr ""\n'
    )
    command = ["msgmerge", "--previous", "-q", str(old), str(new)]
    merged = subprocess.run(command, capture_output=True, check=True).stdout
    assert b"#| msgid" in merged
    assert b"#~ msgid" in merged
    merged = merged.replace(b"\n", line_end.encode())
    assert texts(merged) == ["Open the files %s now"]
    output = PO.assemble(merged, ["Öffne %s jetzt"], "de")
    assert PO.same_structure(merged, output) is None
    assert b"#|" not in output
    assert b"#, c-format" in output
    assert output[output.index(b"#~") :] == merged[merged.index(b"#~") :]
    assert b"\n" not in output.replace(line_end.encode(), b"")
    complaints(output, tmp_path)


def test_a_template(tmp_path: Path) -> None:
    """A template's placeholders give way to a charset, a language and plural forms."""
    data = (TEMPLATE + DAYS + 'msgstr[0] ""\nmsgstr[1] ""\n').encode()
    output = PO.assemble(data, ["%d dzień", "%d dni", "%d dnia"], "pl")
    assert b'"Content-Type: text/plain; charset=UTF-8\\n"' in output
    assert b'"Language: pl\\n"' in output
    assert b"INTEGER" not in output
    assert b"Language-Team: LANGUAGE" in output
    assert "charset" not in complaints(output, tmp_path)


def test_a_charset_that_is_not_named(tmp_path: Path) -> None:
    """A file whose header names no charset gets the one it is written in."""
    data = b'msgid ""\nmsgstr ""\n"Language: de\\n"\n\nmsgid "Close"\nmsgstr ""\n'
    output = PO.assemble(data, ["Schließen"], "de")
    assert output.count(b'"Content-Type: text/plain; charset=UTF-8\\n"\n') == 1
    assert "harset" not in complaints(output, tmp_path)


def test_comments_of_obsolete_messages() -> None:
    """Flags above an obsolete message say nothing of the one behind it."""
    obsolete = '# An old one\n#, fuzzy\n#~ msgid "Old"\n#~ msgstr "Alt"\n\n'
    data = (HEADER + obsolete + 'msgid "New"\nmsgstr "Neu"\n\nmsgid "More"\nmsgstr ""\n').encode()
    assert texts(data) == ["More"]
    assert PO.assemble(data, ["Mehr"], "de") == data[:-3] + b'"Mehr"\n'


def test_plural_forms_that_are_there_stay() -> None:
    """Of a plural that lacks a form, that form alone is asked for; the others stay as written."""
    there = 'msgstr[0] ""\n"%d "\n"Tag"\n'
    data = (HEADER + DAYS + there + 'msgstr[1] ""\n').encode()
    assert texts(data) == ["%d days"]
    output = PO.assemble(data, ["%d Tage"], "de").decode()
    assert output.endswith(DAYS + there + 'msgstr[1] "%d Tage"\n')
    assert PO.assemble(data, [""], "de") == data


def test_plural_forms_that_are_not_there() -> None:
    """A form that the language has and the message has no line for is asked for."""
    header = HEADER.replace("nplurals=2; plural=(n != 1)", "nplurals=3; plural=(n==1?0:n==2?1:2)")
    there = 'msgstr[0] "%d Tag"\nmsgstr[1] "%d Tage"'
    data = (header + DAYS + there).encode()
    assert texts(data) == ["%d days"]
    assert PO.assemble(data, ["%d Ü"], "de").decode().endswith(f'{there}\nmsgstr[2] "%d Ü"')


def test_a_plural_form_that_a_charset_lacks_is_told() -> None:
    """Of a plural's forms only the one that can't be written is left out."""
    data = (HEADER + DAYS + 'msgstr[0] ""\nmsgstr[1] ""\n').replace("UTF-8", "ISO-8859-1")
    source = data.replace("nplurals=2; plural=(n != 1)", "nplurals=3; plural=(n>9?2:n!=1)").encode()
    parts = plan(PO.extract(source, "de"), "en", "de")
    given = {0: "%d Tag", 1: "%d Tage", 2: "%d Tage – ł"}
    output, broken = assembled(PO, source, parts, given, "de")
    assert broken == {2: UNWRITTEN}
    assert output.endswith(b'msgstr[0] "%d Tag"\nmsgstr[1] "%d Tage"\nmsgstr[2] ""\n')


def test_a_keyword_and_a_tab() -> None:
    """White space of any kind may stand behind a keyword."""
    data = (HEADER + 'msgid\t"One"\nmsgstr\t""\nmsgid\t"Two"\nmsgstr\t""\n').encode()
    assert texts(data) == ["One", "Two"]


def test_old_line_ends() -> None:
    """A file whose lines end in carriage returns alone keeps them."""
    data = (HEADER + 'msgid "One"\nmsgstr ""\n').replace("\n", "\r").encode()
    assert PO.assemble(data, ["Eins"], "de") == data[:-3] + b'"Eins"\r'


@pytest.mark.cpu_timeout(60)
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nplurals=2", "nplurals=" + "2" * 5_000, "is no number of plural forms"),
        ("nplurals=2", "nplurals=0", "nplurals=0 is no number of plural forms"),
        ("(n != 1)", "n % 0", "can't be read"),
        ("(n != 1)", " ", "can't be read"),
        ("(n != 1);", "n" + " " * 200_000 + "n", "can't be read"),
        ("charset=UTF-8", "charset=undefined", "save the document as UTF-8"),
        ("charset=UTF-8", "charset=idna", "save the document as UTF-8"),
        ("charset=UTF-8", "charset=hex", "charset hex is not known"),
        ("msgstr[1]", f"msgstr[{'1' * 5_000}]", "no line of a gettext file"),
    ],
    ids=range(9),
)
def test_what_cannot_be_meant(old: str, new: str, message: str) -> None:
    """Numbers, formulas and charsets that are none are told, in linear time."""
    text = HEADER + DAYS + 'msgstr[0] ""\nmsgstr[1] ""\n'
    assert old in text
    with pytest.raises(DocumentError, match=message):
        PO.extract(text.replace(old, new).encode(), "de")
