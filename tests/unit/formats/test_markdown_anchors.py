"""Links to headings lead where they led: a heading keeps its id when its text is translated.

The ids expected are what github-slugger 2.0.0 and VitePress 1.6.4 made of these headings.
"""

from __future__ import annotations

import pytest

from formats.markdown.generators.heading import Heading
from formats.markdown.generators.slugs import github, starlight, vitepress
from formats.registry import by_name

HEADINGS = (
    *("Größe & Übersicht", "Setup", "Setup", "Setup 1", "नमस्ते", "İstanbul"),
    *("What's new in v1.2?", "C++ & C#", "日本語 の見出し", "Ⓐ ½ ²"),
)
MORE_HEADINGS = (
    *("1. First", "„Zitat“ – so “x”", "a_b.c", "한국어", "Café", "setup-1", "Setup", "setup"),
    *("—", "-a- b-", "A  B", "x / y"),
)
PAGE = """\
See [the setup](#setup), [again](#setup-1).

# Setup

## Setup

Notes `x`
---------

## API

## Kept {#own}

> ### Quoted *words* ##
"""
WORDS = {"Setup": "Einrichtung", "Notes": "Hinweise", "Kept": "Bleibt", "Quoted": "Zitierte"}


def made(texts: tuple[str, ...]) -> list[Heading]:
    return [Heading(text) for text in texts]


def translated(name: str, page: str, words: dict[str, str] = WORDS) -> str:
    form = by_name(name)
    data = page.encode()
    found = [unit.text for unit in form.extract(data, "de")]
    assert form.assemble(data, found, "de") == data
    for old, new in words.items():
        found = [text.replace(old, new) for text in found]
    output = form.assemble(data, found, "de")
    assert form.same_structure(data, output) is None
    return output.decode()


def test_slugs_of_github() -> None:
    """Ids are github-slugger's, its numbers too."""
    assert github(made(HEADINGS)) == [
        *("größe--übersicht", "setup", "setup-1", "setup-1-1", "नमस्ते", "i̇stanbul"),
        *("whats-new-in-v12", "c--c", "日本語-の見出し", "ⓐ--"),
    ]
    assert github(made(MORE_HEADINGS)) == [
        *("1-first", "zitat--so-x", "a_bc", "한국어", "café", "setup-1", "setup", "setup-2"),
        *("", "-a--b-", "a--b", "x--y"),
    ]


def test_slugs_of_vitepress() -> None:
    """Ids are VitePress's, its numbers too; syllables of Korean are
    taken apart."""
    assert vitepress(made(HEADINGS)) == [
        *("große-ubersicht", "setup", "setup-1", "setup-1-1", "नमस्ते", "istanbul"),
        *("what-s-new-in-v1-2", "c-c", "日本語-の見出し", "a-1⁄2-2"),
    ]
    assert vitepress(made(MORE_HEADINGS)) == [
        *(
            "_1-first",
            "„zitat-–-so-x",
            "a-b-c",
            "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165",
            "cafe",
            "setup-1",
            "setup",
        ),
        *("setup-2", "—", "a-b", "a-b-1", "x-y"),
    ]


def test_ids_that_are_given() -> None:
    """VitePress counts them with its own, github-slugger doesn't; Astro has dashes for hyphens."""
    headings = [Heading("Setup", "setup"), Heading("Setup")]
    assert github(headings) == ["setup", "setup"]
    assert vitepress(headings) == ["setup", "setup-1"]
    assert starlight([Heading("a -- b")]) == ["a--b"]


@pytest.mark.parametrize("name", ["markdown:vitepress", "mdx:docusaurus"])
def test_ids_in_braces(name: str) -> None:
    """Headings whose ids would change get them in braces, numbered as they were; others stay."""
    assert translated(name, PAGE).splitlines()[2:] == [
        "# Einrichtung {#setup}",
        "",
        "## Einrichtung {#setup-1}",
        "",
        "Hinweise `x` {#notes-x}",
        "---------",
        "",
        "## API",
        "",
        "## Bleibt {#own}",
        "",
        "> ### Zitierte *words* {#quoted-words} ##",
    ]


@pytest.mark.parametrize("name", ["markdown:starlight", "mdx:starlight", "mdx:mintlify"])
def test_ids_as_anchors(name: str) -> None:
    """A dialect without a form for ids gets anchors of HTML."""
    lines = translated(name, PAGE.replace(" {#own}", "")).splitlines()
    assert [line for line in lines if "<a" in line] == [
        '# <a id="setup"></a>Einrichtung',
        '## <a id="setup-1"></a>Einrichtung',
        '<a id="notes-x"></a>Hinweise `x`',
        '## <a id="kept"></a>Bleibt',
        '> ### <a id="quoted-words"></a>Zitierte *words* ##',
    ]


@pytest.mark.parametrize("name", ["markdown", "mdx"])
def test_pages_of_no_site(name: str) -> None:
    """Where no site is known, those headings get an anchor that their page links to."""
    lines = translated(name, PAGE.replace(" {#own}", "")).splitlines()
    assert [line for line in lines if "<a" in line] == [
        '# <a id="setup"></a>Einrichtung',
        '## <a id="setup-1"></a>Einrichtung',
    ]
    assert "<a" not in translated(name, "## Setup\n\nSee [it](other.md#setup).\n")


def test_a_kept_heading_is_renumbered_by_none() -> None:
    """A heading that stays is given its number where the one before it is translated."""
    page = "## API\n\n## API\n\nText\n"
    form = by_name("mdx:docusaurus")
    output = form.assemble(page.encode(), ["Schnittstelle", "API", "Text"], "de").decode()
    assert output == "## Schnittstelle {#api}\n\n## API {#api-1}\n\nText\n"
    assert form.same_structure(page.encode(), output.encode()) is None


def test_windows_line_ends() -> None:
    """Line ends stay, and what is behind a heading's text."""
    page = "## Setup  \r\n\r\nSetup\r\n=====\r\n"
    assert translated("markdown:vitepress", page) == (
        "## Einrichtung {#setup}  \r\n\r\nEinrichtung {#setup-1}\r\n=====\r\n"
    )


def test_a_foreign_id_is_told() -> None:
    """Only the ids of the source's headings are no difference."""
    form = by_name("markdown:starlight")
    assert form.same_structure(b"# Setup\n", b'# <a id="setup"></a>Neu\n') is None
    assert form.same_structure(b"# Setup\n", b'# <a id="other"></a>Neu\n') is not None
