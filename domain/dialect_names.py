"""The dialects of Markdown by their names."""

from __future__ import annotations

from typing import Literal, get_args

DialectName = Literal[
    "commonmark",
    "docusaurus",
    "vitepress",
    "starlight",
    "mintlify",
    "mkdocs",
    "myst",
    "hugo",
    "quarto",
    "mslearn",
    "obsidian",
]
"""As briefings, manifests, settings and a job's format name them."""

DIALECT_NAMES: tuple[DialectName, ...] = get_args(DialectName)
