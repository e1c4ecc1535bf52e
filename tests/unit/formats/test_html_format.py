"""HTML in and out."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.html.format import HtmlFormat
from formats.html.lexer import Kind, tokens

HTML = HtmlFormat()

DOCUMENT = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>The title &amp; more</title>
<style>p { color: red }</style><script>if (a < b) document.write("<p>not prose</p>")</script>
</head><body>
<!-- not prose -->
<h1>A <em>bold</em> heading</h1>
<ul><li><a href="/">Home</a><li><a href="/x" title="goat.png"><img alt="A goat"></a></ul>
<p>Some
   wrapped text with <code>ls -l</code> and a caf&eacute;.<br>Next line <p>no end tag
<pre>left  alone</pre>
<table><tr><td>Cell<td>12,5 %</table>
<p translate="no">Left alone</p>
<p class="x notranslate">Left <b translate="yes">but this</b> alone</p>
<p>By <span translate="no">Foo Bar</span> &lt;me&gt;</p>
<button><svg><title>icon</title></svg> Save</button>
<figure><figcaption>Caption</figcaption></figure>
</body></html>
"""


def texts(document: str) -> list[str]:
    return [unit.text for unit in HTML.extract(document.encode(), "de")]


def assembled(document: str, *translations: str) -> str:
    return HTML.assemble(document.encode(), translations, "de").decode()


def test_units() -> None:
    """Prose is handed out with its role and inline tags, and nothing else."""
    assert [(unit.role, unit.text) for unit in HTML.extract(DOCUMENT.encode(), "de")] == [
        ("title", "The title &amp; more"),
        ("heading", "A <em>bold</em> heading"),
        ("list_item", "Home"),
        ("label", "A goat"),
        (
            "paragraph",
            "Some wrapped text with <code>ls -l</code> and a café.<br>Next line",
        ),
        ("paragraph", "no end tag"),
        ("cell", "Cell"),
        ("paragraph", "but this"),
        ("paragraph", 'By <span translate="no">Foo Bar</span> &lt;me&gt;'),
        ("label", "Save"),
        ("caption", "Caption"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        "<p translate=no>a<div>b</div>",
        "<ul><li translate=no>a<li>b</ul>",
        "<dl><dt translate=no>a<dd>b</dl>",
        "<table><tr translate=no><td>a<tr><td>b</table>",
        '<script src="a"/><p>b</p>',
    ],
)
def test_end_tags_left_out(document: str) -> None:
    """An element ends where the standard says, with or without its end tag."""
    assert texts(document) == ["b"]


def test_translated_document() -> None:
    """Translations stand where their sources stood; all around them stays."""
    document = '<div>\n  <p class="a">One <b>two</b>\n  three.</p>\n  <p>\n Four </p></div>'
    assert (
        assembled(document, "<b>Zwei</b> eins\ndrei.", "Vier")
        == '<div>\n  <p class="a"><b>Zwei</b> eins drei.</p>\n  <p>\n Vier </p></div>'
    )


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("R&D &amp; &nbsp; &#8364; &nonsense;", "R&amp;D &amp; &nbsp; &#8364; &amp;nonsense;"),
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("<!-- x", "&lt;!-- x"),
        ("</p><p>", "&lt;/p>&lt;p>"),
        ("<b>x</b> <b>y</b>", "<b>x</b> &lt;b>y&lt;/b>"),
        ("<b", "&lt;b"),
        ("<code>rm</code> <code>ls</code>", "&lt;code>rm&lt;/code> <code>ls</code>"),
        ("half \ud800", "half \ufffd"),
        (" \n ", "The <b>source</b> <code>ls</code>"),
    ],
)
def test_hostile_text(translation: str, expected: str) -> None:
    """Only a unit's own tags stay tags, each as often as it has them."""
    document = "<p>The <b>source</b> <code>ls</code></p>"
    assert assembled(document, translation) == f"<p>{expected}</p>"


def test_references() -> None:
    """A character the source writes as a reference is written so in the translation."""
    document = "<p>caf&eacute;&nbsp;&quot;x&quot; &copy &lt;</p>"
    assert texts(document) == ['café\N{NO-BREAK SPACE}"x" © &lt;']
    assert (
        assembled(document, 'é "\N{NO-BREAK SPACE}ö ©" &lt;')
        == "<p>&eacute; &quot;&nbsp;ö &copy&quot; &lt;</p>"
    )


def test_declared_encoding() -> None:
    """A declared encoding is kept; what it lacks becomes a reference."""
    document = '<meta charset="iso-8859-1"><p>Gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n</p>'
    data = document.encode("latin-1")
    assert [unit.text for unit in HTML.extract(data, "de")] == ["Grün"]
    assert HTML.assemble(data, ["é ł"], "de") == b'<meta charset="iso-8859-1"><p>\xe9 &#322;</p>'


def test_byte_order_mark() -> None:
    """A byte order mark outweighs what the document says, and is kept."""
    data = b'\xef\xbb\xbf<meta charset="iso-8859-1"><p>caf\xc3\xa9</p>'
    assert [unit.text for unit in HTML.extract(data, "de")] == ["café"]
    assert (
        HTML.assemble(data, ["ł"], "de")
        == b'\xef\xbb\xbf<meta charset="iso-8859-1"><p>\xc5\x82</p>'
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no text to translate"),
        (b"<p>12</p><pre>code</pre>", "no text to translate"),
        (b"<p>\n\xff</p>", r"2: byte 4 \(0xff\) is not utf-8: save the document as UTF-8"),
        (b'<meta charset="klingon"><p>x', "'klingon' is not known"),
        (b'<meta charset="utf-7"><p>x', "'utf-7' is not known"),
        (b"<p>a\0b", "1: a NUL character: this looks like a binary file"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the place and what to do."""
    with pytest.raises(DocumentError, match=message):
        HTML.extract(data, "de")


@pytest.mark.parametrize(
    ("source", "translated", "difference"),
    [
        ("<p>a <b>c</b> <i>d</i>", "<p><i>x</i> <b>y</b>", None),
        ("<p>a</p>\n<p>b</p>", "<p>x</p>\n<div>y</p>", "line 2: <p> is missing"),
        ('<p id="a">b', '<p id="x">b', 'line 1: <p id="a"> is missing'),
        ("<p>a <code>b</code>", "<p>x <code>y</code>", "line 1: <code>b</code> is missing"),
        ("<p>a", "<p>x <b>y</b>", "line 1: <b> was added"),
        ("<p>a", "<p>x</p>", "the document ends elsewhere"),
        ("<p>a<!-- b -->", "<p>x", "line 1: <!-- b --> is missing"),
    ],
)
def test_same_structure(source: str, translated: str, difference: str | None) -> None:
    """The first difference in tags is told in words."""
    assert HTML.same_structure(source.encode(), translated.encode()) == difference


class _Standard(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(("START", tag))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(("END", tag))


def test_tags_are_those_of_the_standard_library() -> None:
    """In a document without faults the lexer sees the tags that `html.parser` sees."""
    document = (
        DOCUMENT
        + """<a href='x>y' b=c d>1 < 2</a ><IMG SRC="a>b"><p
    class=x>&lt;<i/></p>"""
    )
    parser = _Standard()
    parser.feed(document)
    found = []
    for token in tokens(document):
        if token.kind in (Kind.START, Kind.END):
            found.append((token.kind.name, token.name))
            if token.kind is Kind.START and document[token.end - 2] == "/":
                found.append(("END", token.name))
    assert found == parser.tags


FRAGMENTS = st.sampled_from(
    [
        *(
            "a",
            "word",
            "Ünï",
            " ",
            "\n",
            "\t",
            "<",
            ">",
            "&",
            "&amp;",
            "&eacute;",
            "&#",
            "&nbsp;",
            '"',
        ),
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<i class='x'>",
            "</i>",
            "<br>",
            "<br/>",
        ),
        *(
            "<code>",
            "</code>",
            "<pre>",
            "</pre>",
            "<script>",
            "</script>",
            "<svg>",
            "</svg>",
            "<title>",
        ),
        *(
            "</title>",
            "<textarea>",
            "</textarea>",
            "<!--",
            "-->",
            "<!-->",
            "<![CDATA[",
            "]]>",
            "<!d>",
        ),
        *(
            "<?x",
            "</",
            "<a ",
            "<a href='",
            "'>",
            "<li>",
            "<ul>",
            "</ul>",
            "<td>",
            "<table>",
            "<x-y>",
        ),
        *(
            "<span translate=no>",
            "</span>",
            '<p class="notranslate">',
            "<img alt='a'>",
            "</x-y>",
            "=",
        ),
    ]
)
DOCUMENTS = st.lists(FRAGMENTS, min_size=1, max_size=25).map("".join)


def units_of(document: str) -> list[str]:
    try:
        return texts(document)
    except DocumentError:
        return []


@settings(deadline=None)
@given(DOCUMENTS)
def test_no_character_is_lost(document: str) -> None:
    """Tokens follow each other without a gap, up to the end."""
    assert "".join(document[token.start : token.end] for token in tokens(document)) == document


@settings(deadline=None)
@given(DOCUMENTS)
def test_identity(document: str) -> None:
    """A document whose units stay as they are stays as it is, byte for byte."""
    assert assembled(document, *units_of(document)) == document


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_structure_survives_any_translation(document: str, hostile: str) -> None:
    """Whatever is put in before the text of its units, a document's structure stays."""
    translations = [f"{hostile} {text}" for text in units_of(document)]
    translated = assembled(document, *translations)
    assert HTML.same_structure(document.encode(), translated.encode()) is None
