"""Ids of headings, as the generators of sites make them."""

from __future__ import annotations

import re
import warnings
from typing import NamedTuple

import markdown
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import given, settings
from hypothesis import strategies as st
from pymdownx.slugs import slugify

from formats.markdown.generators import goldmark, myst, pandoc, python_markdown


class Heading(NamedTuple):
    text: str
    explicit: str | None = None


HEADINGS = [
    Heading("Größe & Übersicht"),
    Heading("Setup"),
    Heading("Setup"),
    Heading("Setup 1"),
    Heading("नमस्ते दुनिया"),
    Heading("What's new in v1.2_beta?"),
    Heading("日本語 見出し"),
    Heading("1. First — step"),
    Heading("İstanbul ½ ²"),
    Heading("--"),
    Heading("a  b   c - d"),
    Heading("a -- b"),
    Heading("Ends. With: dots…"),
]


def test_goldmark() -> None:
    """Ids as Hugo 0.168.0 wrote them; one that is given counts from there on."""
    assert goldmark.ids(
        [*HEADINGS, Heading("Own", "own"), Heading("Own"), Heading("Über\nuns")]
    ) == [
        "größe--übersicht",
        "setup",
        "setup-1",
        "setup-1-1",
        "नमसत-दनय",
        "whats-new-in-v12_beta",
        "日本語-見出し",
        "1-first--step",
        "istanbul--",
        "heading",
        "a--b---c---d",
        "a--b",
        "ends-with-dots",
        "own",
        "own-1",
        "uns",
    ]


def test_pandoc() -> None:
    """Ids as Pandoc 3.9 wrote them; one that is given counts from there on."""
    assert pandoc.ids([*HEADINGS, Heading("Own", "setup-1"), Heading("Own")]) == [
        "größe-übersicht",
        "setup",
        "setup-1",
        "setup-1-1",
        "नमसत-दनय",
        "whats-new-in-v1.2_beta",
        "日本語-見出し",
        "first-step",
        "istanbul-½-²",
        "section",
        "a-b-c---d",
        "a-b",
        "ends.-with-dots",
        "setup-1",
        "own",
    ]


WORDS = st.text(alphabet=st.sampled_from("aZ ß2é_-.İ見नि½—'"), max_size=6).map(str.strip)
TEXTS = st.lists(WORDS.filter(lambda text: text.strip(" -_.'—") != ""), max_size=6)


def written(texts: list[str]) -> str:
    """A page with these headings."""
    return "\n\n".join(f"## x{text}x".replace("_", "\\_") for text in texts)


def of_python_markdown(texts: list[str], **toc: object) -> list[str]:
    built = markdown.markdown(written(texts), extensions=["toc"], extension_configs={"toc": toc})
    return re.findall(r'<h2 id="([^"]*)"', built)


@settings(deadline=None)
@given(TEXTS)
def test_python_markdown(texts: list[str]) -> None:
    """Python-Markdown makes these ids, with its own slugs and with those that sites configure."""
    headings = [Heading(f"x{text}x") for text in texts]
    assert of_python_markdown(texts) == python_markdown.ids(headings)
    by_pymdownx = of_python_markdown(texts, slugify=slugify(case="lower"))
    assert by_pymdownx == python_markdown.ids_of_pymdownx(headings)
    of_letters = of_python_markdown(texts, slugify=markdown.extensions.toc.slugify_unicode)
    assert of_letters == python_markdown.ids_of_letters(headings)


def test_python_markdown_counts_what_is_given() -> None:
    """A later id of its own renumbers a heading before; without a Latin letter one is a number."""
    page = "## Setup\n\n## Setup_1\n\n## 見出し\n\n## Other {#setup}\n\n## 見\n"
    built = markdown.markdown(page, extensions=["toc", "attr_list"])
    headings = [
        Heading("Setup"),
        Heading("Setup_1"),
        Heading("見出し"),
        Heading("Other", "setup"),
        Heading("見"),
    ]
    expected = ["setup_1", "setup_2", "_1", "setup", "_2"]
    assert expected == re.findall(r'<h2 id="([^"]*)"', built)
    assert expected == python_markdown.ids(headings)


@settings(deadline=None)
@given(TEXTS)
def test_myst(texts: list[str]) -> None:
    """MyST-Parser makes these ids, and finds a target of the same name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from myst_parser.parsers.docutils_ import Parser

        tree = publish_doctree(
            written(["", *texts, ""]),
            parser=Parser(),
            settings_overrides={"report_level": 5, "myst_heading_anchors": 6},
        )
    made = [str(section["slug"]) for section in tree.findall(nodes.section)]
    assert made == myst.ids([Heading(f"x{text}x") for text in ["", *texts, ""]])


@pytest.mark.parametrize("ids", [goldmark.ids, pandoc.ids, python_markdown.ids, myst.ids])
def test_no_headings(ids: object) -> None:
    """A page without headings has no ids."""
    assert callable(ids)
    assert ids([]) == []
