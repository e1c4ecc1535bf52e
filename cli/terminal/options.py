"""Options that several commands share, and the settings they override."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage.files import home as homes
from storage.files.settings_file import load_reading, load_settings

if TYPE_CHECKING:
    from domain.given_settings import Reading
    from domain.settings import Settings

Home = Annotated[
    str | None, typer.Option("--home", help="Where state lives.", show_default=".nightdesk")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, as `submit` prints it.")]


def settings_with(**options: Any) -> Settings:
    """The settings that hold here and now, with options over them.

    Raises:
        SettingError: a setting is unknown or malformed.
    """
    return load_settings(Path.cwd(), os.environ, options)


def reading_with(home: str | None) -> Reading:
    """What reading a lake goes by, of the same settings.

    Raises:
        SettingError: a setting is unknown or malformed.
    """
    return load_reading(Path.cwd(), os.environ, {"home": home})


def home_at(home: str | None) -> homes.Home:
    """Where state lives.

    Raises:
        SettingError: a setting is unknown or malformed.
    """
    return homes.home_of(reading_with(home))
