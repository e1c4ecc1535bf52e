"""Attributes of HTML that hold prose, and the language a document says it is in."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.html.format import HtmlFormat

HTML = HtmlFormat()


def units(document: str) -> list[tuple[str, str, str]]:
    return [(one.path, one.role, one.text) for one in HTML.extract(document.encode(), "de")]


def assembled(document: str, *translations: str, lang: str = "de") -> str:
    return HTML.assemble(document.encode(), translations, lang).decode()


@pytest.mark.parametrize(
    ("document", "path", "text"),
    [
        ('<img src="a.png" alt="A goat">', "img.alt", "A goat"),
        ("<img alt=Goats>", "img.alt", "Goats"),
        ("<IMG ALT = 'A &quot;goat&quot;'>", "img.alt", 'A "goat"'),
        ('<a data-x="title=no" title="Our shop"></a>', "a.title", "Our shop"),
        ('<input disabled placeholder="Your name">', "input.placeholder", "Your name"),
        ('<textarea placeholder="Your text">left alone</textarea>', "textarea.placeholder", None),
        ('<input type="submit" value="Send it">', "input.value", "Send it"),
        ('<button aria-label="Close it">×</button>', "button.aria-label", "Close it"),
        ('<th abbr="No.">1</th>', "th.abbr", "No."),
        ('<optgroup label="Large"></optgroup>', "optgroup.label", "Large"),
        ('<track label="English" src="a.vtt">', "track.label", "English"),
        ('<meta name="Description" content="All of it">', "meta.description", "All of it"),
        ('<meta property="og:title" content="Goats">', "meta.og:title", "Goats"),
    ],
)
def test_what_is_prose(document: str, path: str, text: str | None) -> None:
    """A translatable attribute is a unit, whose path says which it is."""
    ((found_path, role, found),) = units(document)
    assert found_path == path
    assert role == ("paragraph" if path == "meta.description" else "label")
    assert found == (text or "Your text")


@pytest.mark.parametrize(
    "tag",
    [
        '<input value="Bob">',
        '<meta name="viewport" content="width=device-width">',
        '<option value="one" label="12">',
        '<img alt="" src="some words.png">',
        '<img alt="IMG_12.jpeg">',
        '<a href="/title=x" class="big title">',
        '<img translate="no" alt="A goat">',
        '<div class="notranslate"><img alt="A goat"></div>',
        '<code title="A goat">x</code>',
        '<td abbr="No.">',
        "<!-- <img alt='A goat'> -->",
    ],
)
def test_what_is_none(tag: str) -> None:
    """Values of forms, names of files, technical metadata and what is not translated stay."""
    with pytest.raises(DocumentError, match="no text to translate"):
        HTML.extract(tag.encode(), "de")


def test_attributes_within_a_sentence() -> None:
    """A sentence keeps its tags as they were; each gets its own translation, wherever it goes."""
    document = '<p>See <a href="x" title="The shop">it</a> or <img alt="A goat"> now.</p>'
    sentence, title, _ = (text for _, _, text in units(document))
    link, goat = '<a href="x" title="The shop">', '<img alt="A goat">'
    assert sentence == f"See {link}it</a> or {goat} now."
    output = assembled(document, f"Nun {goat} oder {link}dies</a>.", "Der Laden", "Eine Ziege")
    assert output == (
        '<p>Nun <img alt="Eine Ziege"> oder <a href="x" title="Der Laden">dies</a>.</p>'
    )
    assert HTML.same_structure(document.encode(), output.encode()) is None
    assert assembled(document, sentence, title, "Ziege") == document.replace("A goat", "Ziege")


def test_equal_tags_with_other_translations() -> None:
    """Of equal tags the first in the translation gets the first one's words."""
    document = '<p>A <img alt="Bat"> and a <img alt="Bat">.</p>'
    sentence = units(document)[0][2]
    output = assembled(document, sentence, "Schläger", "Fledermaus")
    assert output == '<p>A <img alt="Schläger"> and a <img alt="Fledermaus">.</p>'


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += attrs


@settings(deadline=None)
@given(
    st.sampled_from(['<img id=a alt="{}" src=b>', "<img id=a alt='{}' src=b>"]),
    st.sampled_from(["A &amp; b", "goat", "say &quot;x&quot; or &#39;y&#39;"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
)
def test_any_translation_is_one_value(tag: str, value: str, text: str) -> None:
    """Whatever a translation holds, the standard library reads it back, and nothing else."""
    document = tag.format(value)
    translation = f"{text} Ü"
    reader = _Read()
    reader.feed(assembled(document, translation))
    assert reader.found == [("id", "a"), ("alt", translation.strip()), ("src", "b")]


@pytest.mark.parametrize(
    ("root", "lang", "named"),
    [
        ('<html lang="en">', "de", '<html lang="de">'),
        ("<html class=a lang=en-US>", "pt-BR", '<html class=a lang="pt-BR">'),
        ('<html xml:lang="en" lang="en">', "fr", '<html xml:lang="fr" lang="fr">'),
        ('<html lang="en">', "ar", '<html lang="ar" dir="rtl">'),
        ('<html lang="ar" dir="rtl">', "en", '<html lang="en" dir="ltr">'),
        ("<html>", "de", "<html>"),
        ("<html>", "he", '<html dir="rtl">'),
    ],
)
def test_the_language_of_a_document(root: str, lang: str, named: str) -> None:
    """It is named anew once a text has changed, with the way it is written, and not before."""
    document = f'<!doctype html>{root}<p>A <i lang="la">goat</i></p></html>'
    assert assembled(document, 'A <i lang="la">goat</i>', lang=lang) == document
    output = assembled(document, 'Une <i lang="la">chèvre</i>', lang=lang)
    assert output.startswith(f"<!doctype html>{named}<p>")
    assert '<i lang="la">' in output
    assert HTML.same_structure(document.encode(), output.encode()) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [('href="x"', 'href="y"'), ('title="The shop"', ""), ('class="a"', 'class="b"')],
)
def test_other_changes_are_told(old: str, new: str) -> None:
    """An attribute without prose that changed, and one with prose that is gone, is a difference."""
    document = '<html class="a"><p><a href="x" title="The shop">it</a></p></html>'
    changed = document.replace(old, new)
    assert HTML.same_structure(document.encode(), changed.encode()) is not None


def test_an_attribute_given_twice() -> None:
    """The first counts, as in a browser; the others stay."""
    document = '<img alt="A goat" ALT="Other words" src="a">'
    assert units(document) == [("img.alt", "label", "A goat")]
    output = assembled(document, "Ziege")
    assert output == '<img alt="Ziege" ALT="Other words" src="a">'
    assert HTML.same_structure(document.encode(), output.encode()) is None


@pytest.mark.parametrize(
    ("meta", "lang", "named"),
    [
        (
            '<meta http-equiv="Content-Language" content="en">',
            "de",
            '<meta http-equiv="Content-Language" content="de">',
        ),
        ("<meta name=language content=en-GB>", "pt-BR", '<meta name=language content="pt-BR">'),
        (
            '<meta content="en_US" property="og:locale"/>',
            "de",
            '<meta content="de_DE" property="og:locale"/>',
        ),
        (
            '<meta property="og:locale" content="en_US">',
            "zh-Hant",
            '<meta property="og:locale" content="zh_TW">',
        ),
        (
            '<meta property="og:locale" content="en_US">',
            "fr-CA",
            '<meta property="og:locale" content="fr_CA">',
        ),
        ('<meta property="og:locale:alternate" content="en_US">', "de", ""),
        ('<meta name="language" content="English">', "de", ""),
        ('<meta http-equiv="content-language" content="en, fr">', "de", ""),
        ('<link rel="alternate" hreflang="en" href="/en">', "de", ""),
    ],
)
def test_the_language_in_a_head(meta: str, lang: str, named: str) -> None:
    """A `meta` that names the document's language by one code names the target's."""
    document = f"<head>{meta}</head><body><p>A goat</p>{meta}</body>"
    output = assembled(document, "Une chèvre", lang=lang)
    assert output == f"<head>{named or meta}</head><body><p>Une chèvre</p>{meta}</body>"
    assert HTML.same_structure(document.encode(), output.encode()) is None
    assert assembled(document, "A goat", lang=lang) == document
