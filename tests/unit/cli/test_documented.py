"""What the pages promise is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

from domain.settings import Settings
from tasks.intake.manifest import COLUMNS

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_settings_lists_each_with_its_default() -> None:
    """docs/settings.md has a row for every setting, in order, with its default."""
    page = (ROOT / "docs" / "settings.md").read_text()
    documented = re.findall(r"^\| `(\w+)` \|.*\| (?:`([^`]*)`|none) \|$", page, re.MULTILINE)

    dumped = Settings().model_dump(mode="json")
    settings = [(name, _written(value)) for name, value in dumped.items()]

    assert settings == documented


def test_the_page_of_submitting_names_each_column() -> None:
    """docs/submitting.md names every column a manifest may have."""
    page = (ROOT / "docs" / "submitting.md").read_text()
    table = page[page.index("| column |") : page.index("An empty cell")]

    assert set(COLUMNS) <= set(re.findall(r"`(\w+)`", table))


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
