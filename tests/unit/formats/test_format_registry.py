"""Which format a name or a path stands for."""

from __future__ import annotations

import pytest

from domain.errors import DocumentError
from formats.markdown import dialects
from formats.markdown.format import MarkdownFormat
from formats.registry import FORMATS, by_name, for_path


def test_by_name() -> None:
    """Each format is found by its name, and has another than the rest."""
    assert [by_name(known.name) for known in FORMATS] == list(FORMATS)
    assert [known.name for known in FORMATS][:5] == [
        "text",
        "markdown",
        "mdx",
        "html",
        "texts",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("notes.txt", "text"),
        ("docs/READ.ME.md", "markdown"),
        ("docs/guide.Markdown", "markdown"),
        ("site/index.HTM", "html"),
        ("app_de.arb", "json"),
        ("config.yml", "yaml"),
        ("guide.mdx", "mdx"),
        ("prices.tsv", "csv"),
        ("res/values-fr/strings.xml", "android"),
    ],
)
def test_for_path(path: str, name: str) -> None:
    """The end of a file's name says its format, whatever its case."""
    assert for_path(path).name == name


@pytest.mark.parametrize(
    "path", ["photo.png", "README", ".md", "texts", "folder.md/x", "xl/sharedStrings.xml"]
)
def test_unknown_path(path: str) -> None:
    """Of any other file name the known ends are told."""
    with pytest.raises(DocumentError) as caught:
        for_path(path)
    assert str(caught.value).startswith(
        f"{path}: no format is known for this file's name; known ends are"
        " .txt .text .md .markdown .mdown .mkd .mdx .html .htm .xhtml .json .arb"
    )


def test_unknown_name() -> None:
    """Of any other name the known ones are told."""
    with pytest.raises(DocumentError) as caught:
        by_name("doc")
    known = ", ".join(format_.name for format_ in FORMATS)
    assert str(caught.value) == f"unknown format 'doc'; known are {known}"


def test_a_dialect_is_named_behind_a_colon() -> None:
    """Of Markdown a dialect is read; that of a file with another end stays MDX."""
    assert by_name("markdown:mkdocs") == MarkdownFormat(dialect=dialects.named("mkdocs"))
    mdx = by_name("mdx:starlight")
    assert isinstance(mdx, MarkdownFormat)
    assert (mdx.name, mdx.dialect.name, mdx.dialect.mdx) == ("mdx", "starlight", True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "markdown:gitbook",
            "unknown dialect of Markdown 'gitbook'; known are commonmark, docusaurus, vitepress,"
            " starlight, mintlify, mkdocs, myst, hugo, quarto, mslearn, obsidian",
        ),
        ("html:mkdocs", "only Markdown has dialects; html has none"),
    ],
)
def test_unknown_dialect(name: str, message: str) -> None:
    """A dialect that there is not is an error that names those there are."""
    with pytest.raises(DocumentError) as caught:
        by_name(name)
    assert str(caught.value) == message
