"""The house stands as its contract draws it."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINTER = PYPROJECT["tool"]["importlinter"]


def top_level_packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}


def test_every_package_is_in_the_contract() -> None:
    """No top-level package is outside of the layers, but for the simulator that stands apart."""
    layers = {
        name.strip() for layer in LINTER["contracts"][0]["layers"] for name in layer.split("|")
    }
    assert layers | {"simulator"} == top_level_packages()


def test_every_package_is_checked() -> None:
    """Import contracts and types cover the same packages, all of them."""
    assert set(LINTER["root_packages"]) == top_level_packages()
    assert set(PYPROJECT["tool"]["mypy"]["packages"]) == top_level_packages()


def test_no_registry_is_named() -> None:
    """The lock file has a hash for each package and names no registry."""
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    pinned = [line for line in lock.splitlines() if line[:1].isalnum()]
    assert len(pinned) > 100
    assert all("==" in line and line.endswith("\\") for line in pinned)
