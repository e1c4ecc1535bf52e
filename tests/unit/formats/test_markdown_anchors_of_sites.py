"""Ids of headings in MkDocs, Sphinx, Hugo, Quarto and Learn that a translation would change."""

from __future__ import annotations

import re
import warnings

import markdown
import pytest
from docutils import nodes
from docutils.core import publish_doctree

from formats.registry import by_name


def assembled(dialect: str, page: str, *translations: str) -> str:
    form = by_name(f"markdown:{dialect}")
    result = form.assemble(page.encode(), translations, "de")
    assert form.same_structure(page.encode(), result) is None
    return result.decode()


@pytest.mark.parametrize(
    ("dialect", "page", "translations", "expected"),
    [
        (
            "mkdocs",
            "## The notes\n\nA [link](x.md){ .x }.\n",
            ["Hinweise", "Ein [Link](x.md){ .x }."],
            "## Hinweise {#the-notes}\n\nEin [Link](x.md){ .x }.\n",
        ),
        (
            "mkdocs",
            "## The notes { .x }\n\n## Setup\n",
            ["Hinweise", "Setup"],
            "## Hinweise { .x #the-notes }\n\n## Setup\n",
        ),
        ("mkdocs", "## The notes\n", ["Hinweise"], '## <a id="the-notes"></a>Hinweise\n'),
        (
            "mkdocs",
            "## Notes & more\n\n[a](#notes--more)\n",
            ["Hinweise", "[b](#notes--more)"],
            '## <a id="notes--more"></a>Hinweise\n\n[b](#notes--more)\n',
        ),
        ("hugo", "## The notes\n", ["Hinweise"], "## Hinweise {#the-notes}\n"),
        ("quarto", "## 1. The notes {.x}\n", ["Hinweise"], "## Hinweise {.x #the-notes}\n"),
        ("quarto", "## Über {#sec-x}\n", ["About"], "## About {#sec-x}\n"),
        ("mslearn", "## The notes\n", ["Hinweise"], '## <a id="the-notes"></a>Hinweise\n'),
        (
            "myst",
            "Text.\n# The notes\n",
            ["Text.", "Hinweise"],
            "Text.\n\n(the-notes)=\n# Hinweise\n",
        ),
        ("myst", "(notes)=\n\n# Notes\n", ["Hinweise"], "(notes)=\n\n# Hinweise\n"),
        (
            "quarto",
            "::: {#the-notes}\n## The notes\n:::\n",
            ["Hinweise"],
            "::: {#the-notes}\n## Hinweise\n:::\n",
        ),
        ("obsidian", "# Notes\n", ["Hinweise"], "# Hinweise\n"),
    ],
)
def test_an_id_is_kept(dialect: str, page: str, translations: list[str], expected: str) -> None:
    """A heading has its source's id in the form of its dialect."""
    assert expected == assembled(dialect, page, *translations)


PAGE = "# Setup\n\n## Setup\n\n## What is new?\n\nSee [it](#what-is-new), [that](#setup{}).\n"


def test_links_of_mkdocs_land() -> None:
    """Python-Markdown finds each link's id in the translation."""
    page = PAGE.format("_1")
    result = assembled(
        "mkdocs", page, "Einrichten", "Los", "Neues", "Siehe [x](#what-is-new), [y](#setup_1)."
    )
    built = markdown.markdown(result, extensions=["toc", "attr_list"])
    assert {"what-is-new", "setup_1"} <= set(re.findall(r'id="([^"]*)"', built))


def test_links_of_myst_land() -> None:
    """MyST-Parser resolves each link in the translation, and keeps the ids of docutils."""
    page = PAGE.format("-1")
    result = assembled(
        "myst", page, "Einrichten", "Los", "Neues", "Siehe [x](#what-is-new), [y](#setup-1)."
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from myst_parser.parsers.docutils_ import Parser

        settings = {"report_level": 5, "myst_heading_anchors": 6}
        tree = publish_doctree(result, parser=Parser(), settings_overrides=settings)
    targets = {one for node in tree.findall(nodes.Element) for one in node.get("ids", [])}
    links = [node["refid"] for node in tree.findall(nodes.reference) if "refid" in node]
    assert links == ["what-is-new", "setup-1"]
    assert set(links) <= targets
