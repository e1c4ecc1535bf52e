"""Which dialect of Markdown a site's configuration or a page's text tells."""

from __future__ import annotations

import pytest

from domain.dialect_names import DIALECT_NAMES
from formats.markdown.clues import dialect_shown
from formats.markdown.dialects import DIALECTS
from formats.markdown.sites import configures_a_site, dialect_at


def test_each_name_has_its_dialect() -> None:
    """What settings and briefings may name is what is read."""
    assert tuple(dialect.name for dialect in DIALECTS) == DIALECT_NAMES


@pytest.mark.parametrize(
    ("name", "content", "dialect"),
    [
        ("mkdocs.yml", "site_name: Ships", "mkdocs"),
        ("zensical.toml", "[project]", "mkdocs"),
        ("docusaurus.config.ts", "export default {}", "docusaurus"),
        (".vitepress", "", "vitepress"),
        ("astro.config.mjs", "integrations: [starlight({})]", "starlight"),
        ("astro.config.mjs", "integrations: []", None),
        ("docs.json", '{"$schema": "https://mintlify.com/docs.json"}', "mintlify"),
        ("docs.json", '{"title": "A page"}', None),
        ("conf.py", 'extensions = ["myst_parser"]', "myst"),
        ("conf.py", 'extensions = ["sphinx.ext.autodoc"]', None),
        ("config.toml", 'baseURL = "https://example.org"', "hugo"),
        ("config.toml", "[server]", None),
        ("hugo.yaml", "title: Ships", "hugo"),
        ("_quarto.yml", "project:", "quarto"),
        ("docfx.json", "{}", "mslearn"),
        (".obsidian", "", "obsidian"),
        ("book.toml", "[book]", "commonmark"),
        ("my-mkdocs.yml", "site_name: Ships", None),
        ("README.md", "# mkdocs.yml", None),
    ],
)
def test_sites(name: str, content: str, dialect: str | None) -> None:
    """A generator is known by its configuration, and by what stands in it where others share it."""
    assert dialect_at(["index.md", name], lambda asked: {name: content}[asked]) == dialect
    assert configures_a_site(name, lambda _: content) is (dialect is not None)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ('!!! note "Mind"\n\n    The gap.\n', "mkdocs"),
        ('=== "Linux"\n\n    Press *Start*.\n', "mkdocs"),
        ("```{note}\nThe gap.\n```\n", "myst"),
        ("See {ref}`the chart <chart>`.\n", "myst"),
        (":::{tip}\nThe gap.\n:::\n", "myst"),
        ("::: {.callout-note}\nThe gap.\n:::\n", "quarto"),
        ("```{python}\n1 + 1\n```\n", "quarto"),
        ('{{< figure src="a.png" >}}\n', "hugo"),
        ("::: tip The gap\nMind it.\n:::\n", "vitepress"),
        (":::note[The gap]\nMind it.\n:::\n", "starlight"),
        (':::image source="a.png" alt-text="A gap.":::\n', "mslearn"),
        ("> [!INCLUDE [gap](gap.md)]\n", "mslearn"),
        ("See [[The gap|it]].\n", "obsidian"),
        ("# Plain\n\n> [!NOTE]\n> Mind the gap: `x`!!! Really.\n", None),
        ("```md\n::: tip\nShown, not meant.\n:::\n```\n", None),
        ("At 10:30 we left ::: or did we?\n", None),
    ],
)
def test_clues(text: str, dialect: str | None) -> None:
    """A page's own marks tell its dialect; those in its code do not."""
    assert dialect_shown(text) == dialect
