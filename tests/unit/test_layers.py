"""The house stands as its contract draws it."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINTER = PYPROJECT["tool"]["importlinter"]

MOST_MODULES = 20


def top_level_packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}


def test_every_package_is_in_the_contract() -> None:
    """No top-level package is outside of the layers, but for the simulator that stands apart."""
    layers = {
        name.strip() for layer in LINTER["contracts"][0]["layers"] for name in layer.split("|")
    }
    assert layers | {"simulator"} == top_level_packages()


def rooms() -> list[Path]:
    """The folders of modules in all layers, themselves among them."""
    found = {path.parent for layer in top_level_packages() for path in (ROOT / layer).rglob("*.py")}
    return sorted(found)


def test_no_room_is_a_long_shelf() -> None:
    """A folder has one subject, said in a line, and few files."""
    for room in rooms():
        modules = [path for path in room.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= MOST_MODULES, room
        said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
        assert said, room


def test_every_folder_of_rooms_is_in_a_contract() -> None:
    """Where there are rooms in a folder, a contract says which imports may cross them, of all."""
    ordered = {
        container
        for contract in LINTER["contracts"]
        if contract.get("exhaustive")
        for container in contract.get("containers", ())
    }
    with_rooms = {
        ".".join(room.relative_to(ROOT).parts)
        for room in rooms()
        if any(path.parent.parent == room for path in room.rglob("__init__.py"))
    }
    assert with_rooms <= ordered


def test_every_package_is_checked() -> None:
    """Import contracts and types cover the same packages, all of them."""
    assert set(LINTER["root_packages"]) == top_level_packages()
    assert set(PYPROJECT["tool"]["mypy"]["packages"]) == top_level_packages()


def test_every_package_is_shipped() -> None:
    """A wheel has all top-level packages and the examples, inside of the one that it installs."""
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    shipped = top_level_packages() | {"examples"}
    assert set(wheel["only-include"]) == shipped
    assert wheel["sources"] == {name: f"nightdesk/{name}" for name in shipped - {"nightdesk"}}


def pinned(name: str) -> list[str]:
    """The first lines of the packages in a lock file."""
    return [line for line in (ROOT / name).read_text().splitlines() if line[:1].isalnum()]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_no_registry_is_named(name: str) -> None:
    """A lock file has a hash for each package and names no registry."""
    assert "://" not in (ROOT / name).read_text()
    assert len(pinned(name)) > 50
    assert all("==" in line and line.endswith("\\") for line in pinned(name))


def test_users_install_no_tests() -> None:
    """What tests need is locked on top of what users run: no package stands in both."""
    users, tests = (
        {line.partition("==")[0] for line in pinned(name)}
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert not users & tests
    assert {"pytest", "mypy", "playwright", "moto", "marimo"} <= tests
