"""Reading `nightdesk.toml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import SettingError
from storage.files.settings_file import load_reading, load_settings


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """Without a file the defaults hold."""
    assert load_settings(tmp_path, {}, {}).max_in_flight == 64


def test_a_file_is_overridden_by_environment_and_options(tmp_path: Path) -> None:
    """The environment overrides the file, options override both."""
    (tmp_path / "nightdesk.toml").write_text("max_jobs = 1\nmax_in_flight = 1\nmax_attempts = 1\n")
    environ = {"NIGHTDESK_MAX_IN_FLIGHT": "2", "NIGHTDESK_MAX_ATTEMPTS": "2", "PATH": "/bin"}

    settings = load_settings(tmp_path, environ, {"max_attempts": 3, "home": None})

    assert (settings.max_jobs, settings.max_in_flight, settings.max_attempts) == (1, 2, 3)


def test_broken_toml_is_an_error_with_its_line(tmp_path: Path) -> None:
    """Broken TOML is an error that names the file and the line."""
    (tmp_path / "nightdesk.toml").write_text("max_jobs = 1\nmax_in_flight = = 2\n")

    with pytest.raises(SettingError, match=r"^nightdesk\.toml:2: not TOML: Invalid value$"):
        load_settings(tmp_path, {}, {})


def test_toml_that_breaks_off_is_an_error_with_its_last_line(tmp_path: Path) -> None:
    """TOML that breaks off is an error at its last line."""
    (tmp_path / "nightdesk.toml").write_text("max_jobs = 1\nhome = ")

    with pytest.raises(SettingError, match=r"^nightdesk\.toml:2: not TOML: Invalid value$"):
        load_settings(tmp_path, {}, {})


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """A file that is no text, or no file, is an error that names it."""
    path = tmp_path / "nightdesk.toml"
    path.write_bytes(b"max_jobs = 1 # \xff")
    with pytest.raises(SettingError, match=r"nightdesk\.toml: is not UTF-8 at byte 15"):
        load_settings(tmp_path, {}, {})
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingError, match=r"nightdesk\.toml: can't be read: Is a directory"):
        load_settings(tmp_path, {}, {})


def test_an_unknown_setting_is_an_error_that_names_it(tmp_path: Path) -> None:
    """An unknown setting of the file is an error that names it and the file."""
    (tmp_path / "nightdesk.toml").write_text("max_job = 1\n")

    with pytest.raises(SettingError, match=r"nightdesk\.toml: max_job: unknown setting"):
        load_settings(tmp_path, {}, {})


def test_toml_nested_without_end_is_said(tmp_path: Path) -> None:
    """A file that no reader gets to the bottom of is bad input, not a crash."""
    (tmp_path / "nightdesk.toml").write_text("a = " + "[" * 5_000)

    with pytest.raises(SettingError) as raised:
        load_settings(tmp_path, {}, {})

    assert "nightdesk.toml: an array or table in it is nested too deep" == str(raised.value)


def test_who_reads_is_told_of_any_setting(tmp_path: Path) -> None:
    """Reading a lake goes by the same settings, and one that is wrong is an error there too."""
    file = tmp_path / "nightdesk.toml"
    file.write_text('home = "there"\nmax_attempts = 5\n')
    assert ("there", 5) == (
        load_reading(tmp_path, {}, {}).home,
        load_reading(tmp_path, {}, {}).max_attempts,
    )

    file.write_text('home = "there"\nmax_job = 5\n')
    with pytest.raises(SettingError, match=r"nightdesk\.toml: max_job: unknown setting"):
        load_reading(tmp_path, {}, {})
