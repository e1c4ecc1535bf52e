"""Reading `nightdesk.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.errors import SettingError
from domain.settings import Settings, settings_from

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
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except OSError as error:
        raise SettingError(f"can't be read: {error.strerror}", where=FILE) from None
    except UnicodeDecodeError as error:
        raise SettingError(f"is not UTF-8 at byte {error.start}", where=FILE) from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        message = _PLACE.sub("", str(error)).strip()
        raise SettingError(f"not TOML: {message}", where=FILE, line=line) from None
    except RecursionError:
        raise SettingError("an array or table in it is nested too deep", where=FILE) from None
    return settings_from(table, environ, options)
