"""Reading `nightdesk.toml`.

What reads TOML, and what checks all settings, is imported where there is something to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import SettingError
from domain.given_settings import Given, Reading, given, place_in

if TYPE_CHECKING:
    from domain.settings import Settings

FILE = "nightdesk.toml"

_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


def load_settings(folder: Path, environ: Mapping[str, str], options: Mapping[str, Any]) -> Settings:
    """The settings that hold in a folder: its file's, overridden by environment and options.

    Args:
        folder: where `nightdesk.toml` may lie; without one the defaults hold.
        environ: all environment variables.
        options: by field name; None is not set.

    Raises:
        SettingError: the file is no TOML, or a setting is unknown or malformed.
    """
    return _checked(given(_table(folder), environ, options))


def load_reading(folder: Path, environ: Mapping[str, str], options: Mapping[str, Any]) -> Reading:
    """What reading a lake goes by, of the same settings.

    Raises:
        SettingError: as of `load_settings`.
    """
    found = given(_table(folder), environ, options)
    return place_in(found) or _checked(found)


def _checked(found: Given) -> Settings:
    from domain.settings import checked

    return checked(found)


def _table(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingError(f"can't be read: {error.strerror}", where=FILE) from None
    except UnicodeDecodeError as error:
        raise SettingError(f"is not UTF-8 at byte {error.start}", where=FILE) from None
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        message = _PLACE.sub("", str(error)).strip()
        raise SettingError(f"not TOML: {message}", where=FILE, line=line) from None
    except RecursionError:
        raise SettingError("an array or table in it is nested too deep", where=FILE) from None
