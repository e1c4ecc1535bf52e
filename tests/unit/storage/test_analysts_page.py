"""The page for analysts says what the catalog says."""

from __future__ import annotations

from pathlib import Path

from storage.readmodel.catalog import descriptions

PAGE = Path(__file__).resolve().parents[3] / "docs" / "analysts.md"


def test_in_step() -> None:
    """Each view and column of the catalog stands on the page; `docs/describe_views.py` puts it."""
    text = PAGE.read_text(encoding="utf-8")
    for view, (about, columns) in descriptions().items():
        section = text.split(f"### `{view}`\n", 1)[1].split("### `", 1)[0]
        assert about in section
        for name, meaning in columns.items():
            assert f"| `{name}` | {meaning} |" in section
