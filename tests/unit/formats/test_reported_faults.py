"""What users of tools of this kind reported of theirs, each as a document of our own."""

from __future__ import annotations

import io
import json

import docx
import pytest
from lxml import etree
from ruamel.yaml import YAML

from domain.document.plan import Unit
from formats.registry import by_name
from tests.xliff_schemas import violations

PO_HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
XLIFF = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="a"'
    ' source-language="en" target-language="fr" datatype="plaintext"><body>'
    '<trans-unit id="1">{}</trans-unit></body></file></xliff>'
)


def units(name: str, document: str, lang: str = "fr") -> tuple[Unit, ...]:
    return by_name(name).extract(document.encode(), lang)


def translated(name: str, document: str, *texts: str, lang: str = "fr") -> str:
    form = by_name(name)
    done = form.assemble(document.encode(), texts, lang)
    assert form.same_structure(document.encode(), done) is None
    return done.decode()


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("Enter it here", "J'entre ici", r"J\'entre ici"),
        ('"It is here"', "C'est là", '"C\'est là"'),
        ("<![CDATA[Read <b>it</b>]]>", "L'<b>avis</b>", r"<![CDATA[L\'<b>avis</b>]]>"),
        ("Say it", 'Dis "oui"', r"Dis \"oui\""),
        ("At home", "@maison", r"\@maison"),
        ("Why", "?oui", r"\?oui"),
    ],
)
def test_android_stops_at_an_apostrophe(source: str, text: str, expected: str) -> None:
    """An app no longer builds, since an apostrophe of the translation is not escaped."""
    document = f'<resources>\n    <string name="a">{source}</string>\n</resources>\n'
    done = translated("android", document, text)
    assert done == document.replace(source, expected)


def test_plural_without_forms() -> None:
    """A plural of which nothing is translated loses its lines, and the file is none any more."""
    plural = 'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    document = f'{PO_HEADER}\n{plural}\nmsgid "Open"\nmsgstr ""\n'
    done = translated("po", document, "", "", "Ouvrir", lang="de")
    assert plural in done


def test_placeholder_of_plural_forms() -> None:
    """A program stops at the plural forms that a template's header left open."""
    document = (
        PO_HEADER + '"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n\n'
        'msgid "Open"\nmsgstr ""\n'
    )
    done = translated("po", document, "Öffnen", lang="de")
    assert "INTEGER" not in done
    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in done


def test_plurals_without_a_header_line() -> None:
    """A compiler refuses plurals in a file whose header says nothing of them."""
    document = f'{PO_HEADER}\nmsgid "a day"\nmsgid_plural "%d days"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    done = translated("po", document, "ein Tag", "%d Tage", lang="de")
    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in done


def test_fuzzy_plural_of_another_text() -> None:
    """A guess of the merge program at a plural becomes the translation of another text."""
    document = (
        f'{PO_HEADER}"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        '#, fuzzy\n#| msgid "Move the place"\nmsgid "{n} member"\nmsgid_plural "{n} members"\n'
        'msgstr[0] "Ort verschieben"\nmsgstr[1] "Ort verschieben"\n'
    )
    done = translated("po", document, "{n} Mitglied", "", lang="de")
    assert 'msgstr[0] "{n} Mitglied"\nmsgstr[1] ""\n' in done
    assert "verschieben" not in done


def test_translated_plural_is_asked_again() -> None:
    """Plurals that are translated are paid for again each time."""
    document = (
        f'{PO_HEADER}"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "a day"\nmsgid_plural "%d days"\nmsgstr[0] "ein Tag"\nmsgstr[1] "%d Tage"\n\n'
        'msgid "Open"\nmsgstr ""\n'
    )
    assert ["Open"] == [unit.text for unit in units("po", document, "de")]


def test_long_value_breaks_over_lines() -> None:
    """A long text is wrapped where it was on one line, and other programs can't read the file."""
    long = (
        "Votre navigateur ne connaît pas cette fonction : essayez-en un autre, s'il vous plaît " * 3
    )
    done = translated("yaml", "video:\n  sorry: 'Not there!'\n", long)
    assert 2 == done.count("\n")
    assert YAML().load(done)["video"]["sorry"] == long.strip()


def test_indented_lines_of_a_block() -> None:
    """Lines in a block of text that are indented more than others lose that."""
    document = "example: |\n  Say:\n      first\n    then\n\n  End\nnext: word\n"
    done = translated("yaml", document, "Dis :\n    un\n  deux\n\nFin", "mot")
    assert done == "example: |\n  Dis :\n      un\n    deux\n\n  Fin\nnext: mot\n"


def test_line_end_is_added() -> None:
    """A line end stands at the end of a text that had none, or goes where there was one."""
    done = translated("yaml", "a: |-\n  one\n  two\nb: |\n  three\nc: last one\n", "x\ny", "z", "w")
    assert done == "a: |-\n  x\n  y\nb: |\n  z\nc: w\n"


def test_numbers_among_texts() -> None:
    """A number among the texts of a file stops the program, or becomes a text."""
    document = "one: 1\ntwo: 2.50\nthree: ~\nfour: word\nfive: true\n"
    assert translated("yaml", document, "mot") == document.replace("word", "mot")


def test_keys_with_quotes() -> None:
    """Keys with quotes in them are escaped anew, and nothing finds its text any more."""
    document = '"Set %a% to \\"%b%\\"": "Set %a% to \\"%b%\\""\n\'it\'\'s\': "x y"\n'
    done = translated("yaml", document, 'Mets %a% à "%b%"', "z")
    assert done == '"Set %a% to \\"%b%\\"": "Mets %a% à \\"%b%\\""\n\'it\'\'s\': "z"\n'


def test_cues_are_merged() -> None:
    """Two subtitles become one, and all that follow are shown at the wrong time."""
    times = [
        "00:00:01,000 --> 00:00:02,000",
        "00:00:02,500 --> 00:00:03,000",
        "00:00:04,000 --> 00:00:05,000",
    ]
    document = f"7\n{times[0]}\nand the order\nof its parts\n\n7\n{times[1]}\nis what counts.\n\n"
    document += f"40\n{times[2]}\n{{\\an8}}- Good?\n"
    done = translated("srt", document, "et l'ordre de ses parties compte.", "", "- Bon ?")
    assert done == (
        f"7\n{times[0]}\net l'ordre de ses parties compte.\n\n7\n{times[1]}\nis what counts.\n\n"
        f"40\n{times[2]}\n{{\\an8}}- Bon ?\n"
    )


def test_blank_line_in_a_cue() -> None:
    """A blank line in a translation ends its subtitle, and the rest is shown as text of none."""
    document = (
        "1\n00:00:01,000 --> 00:00:02,000\nOne. Two.\n\n2\n00:00:03,000 --> 00:00:04,000\nEnd\n"
    )
    done = translated("srt", document, "\nUn.\n\nDeux.\n", "Fin")
    assert "\nUn. Deux.\n\n2\n" in done


@pytest.mark.parametrize("target", ["", "<target></target>"])
def test_white_space_of_a_target(target: str) -> None:
    """Line breaks and runs of spaces go, since the target does not say that they count."""
    source = '<source xml:space="preserve">One\n\n   two</source>'
    done = translated("xliff", XLIFF.format(source + target), "Un\n\n   deux")
    assert '<target state="translated" xml:space="preserve">Un\n\n   deux</target>' in done
    assert violations(done.encode()) == []


def test_spaces_beside_codes() -> None:
    """The spaces beside a link, a tag or a placeholder are lost, or line breaks put there."""
    source = '<source>Ask <g id="1">our help</g> for <x id="2"/> now</source>'
    (unit,) = units("xliff", XLIFF.format(source))
    done = translated("xliff", XLIFF.format(source), unit.text.replace("our help", "l'aide"))
    assert '>Ask <g id="1">l\'aide</g> for <x id="2"/> now</target>' in done


def test_white_space_in_cdata() -> None:
    """White space at the end of a CDATA section is lost."""
    source = "<source><![CDATA[Read <b>this</b>\n\n  ]]></source>"
    done = translated("xliff", XLIFF.format(source), "Lis <b>ceci</b>")
    assert "<![CDATA[Lis <b>ceci</b>\n\n  ]]></target>" in done
    etree.fromstring(done.encode())
    assert violations(done.encode()) == []


@pytest.mark.parametrize(
    ("codec", "before", "after"),
    [
        ("iso-8859-1", "a=Größe\nb=Wort\n", "a=Größe\nb=naïf\n"),
        ("ascii", "a=Gr\\u00f6\\u00dfe\nb=Wort\n", "a=Gr\\u00f6\\u00dfe\nb=na\\u00EFf\n"),
        ("utf-16", "a=Größe\nb=Wort\n", "a=Größe\nb=naïf\n"),
        ("utf-8", "a=Größe\nb=Wort\n", "a=Größe\nb=naïf\n"),
    ],
)
def test_encoding_of_properties(codec: str, before: str, after: str) -> None:
    """All characters of a file become escapes, or escapes characters, though none was so."""
    form = by_name("properties")
    data = before.encode(codec)
    texts = [unit.text.replace("Wort", "naïf") for unit in form.extract(data, "fr")]
    done = form.assemble(data, texts, "fr").decode(codec)
    assert done.lower() == after.lower()


def test_escaped_signs_in_properties() -> None:
    """A translator sees the backslashes before colons and equals signs, and they multiply."""
    document = "path\\:a=Version\\: {0}\nb = x\\=y words\n"
    assert ["Version: {0}", "x=y words"] == [u.text for u in units("properties", document)]
    done = translated("properties", document, "Version : {0}", "x=y mots")
    values = dict(line.split("=", 1) for line in done.replace("\\=", "@").splitlines())
    assert values["path\\:a"].replace("\\", "") == "Version : {0}"
    assert values["b "].replace("@", "=") == " x=y mots"


def test_bold_word_cuts_a_sentence() -> None:
    """A bold word parts its sentence in three, each translated by itself, and notes stay."""
    document = docx.Document()
    paragraph = document.add_paragraph("My name ")
    paragraph.add_run("is").bold = True
    paragraph.add_run(" Ann.")
    out = io.BytesIO()
    document.save(out)
    (unit,) = by_name("docx").extract(out.getvalue(), "fr")
    assert unit.text == 'My name <g id="1">is</g> Ann.'


def test_text_beside_a_link() -> None:
    """A link's text is translated and the sentence around it is left."""
    document = '<p>Some text, <a href="#">a link</a>: and more</p>'
    (unit,) = units("html", document)
    assert unit.text == document[3:-4]
    done = translated("html", document, 'Du texte, <a href="#">un lien</a> : et plus')
    assert done == '<p>Du texte, <a href="#">un lien</a> : et plus</p>'


def test_escapes_of_line_breaks() -> None:
    """Line breaks written as escapes in JSON become real ones, and the file can't be read."""
    document = '{"a": "Type this:\\n\\n%d\\n\\nthere", "b": "tab\\there"}'
    done = translated("json", document, "Tape :\n\n%d\n\nlà", "tab\tlà")
    assert done == '{"a": "Tape :\\n\\n%d\\n\\nlà", "b": "tab\\tlà"}'
    assert json.loads(done)["a"] == "Tape :\n\n%d\n\nlà"


def test_order_and_layout_of_keys() -> None:
    """Keys are sorted, and the whole file is written anew with another indentation."""
    document = '{\n    "b": "Two",\n    "a": {"y": "One",   "x": 1}\n}\n'
    assert translated("json", document, "Deux", "Un") == (
        '{\n    "b": "Deux",\n    "a": {"y": "Un",   "x": 1}\n}\n'
    )


def test_formula_in_a_cell() -> None:
    """A translation that begins with a sign is calculated by the program that opens the table."""
    document = b"key,text\n1,Plus one\n"
    form = by_name("csv")
    done = form.assemble(document, ["+1 mot"], "fr")
    assert form.same_structure(document, done) == (
        "row 2: a cell would be read as a formula: '+1 mot'"
    )
