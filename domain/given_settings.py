"""Settings as they are given, before they are checked; and those that reading a lake goes by.

What checks them all takes longer to import than most questions to a lake: where nothing is given
but where state lives, there is nothing else to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

PREFIX = "NIGHTDESK_"

HOME = ".nightdesk"
MAX_ATTEMPTS = 3


_ONE_OF = ("translator_model", "translator_models")
"""Either stands for the other where it comes later."""

_MODELS = ("translator_model", "translator_models", "qa_model", "qa_second_model")


class Given(NamedTuple):
    """What is given.

    Attributes:
        values: by field name, as they came.
        names: what each is called where it came from.
    """

    values: dict[str, Any]
    names: dict[str, str]

    def take(self, layer: Mapping[str, tuple[str, Any]]) -> None:
        """Take what overrides all that came before.

        Args:
            layer: field names and values, by what each is called where it comes from.
        """
        keys = {key for key, _ in layer.values()}
        for one, other in (_ONE_OF, _ONE_OF[::-1]):
            if one in keys and other not in keys:
                self.values.pop(other, None)
        for name, (key, value) in layer.items():
            self.names[key] = name
            self.values[key] = value


class Place(Protocol):
    """Where state lives, as `domain.settings.Settings` says it."""

    @property
    def home(self) -> str: ...
    @property
    def cache(self) -> str | None: ...


class Reading(Place, Protocol):
    """What reading a lake goes by, as `domain.settings.Settings` says it."""

    @property
    def max_attempts(self) -> int: ...


@dataclass(frozen=True, slots=True)
class OfPlace:
    """The same where nothing is given but a place."""

    home: str = HOME
    cache: str | None = None
    max_attempts: int = MAX_ATTEMPTS


def given(file: Mapping[str, Any], environ: Mapping[str, str], options: Mapping[str, Any]) -> Given:
    """A file's table, overridden by the environment, overridden by options.

    Args:
        file: the content of `nightdesk.toml`.
        environ: all environment variables; only those that begin with `NIGHTDESK_` count.
        options: by field name; None is not set.
    """
    found = Given({}, {})
    found.take({f"nightdesk.toml: {key}": (key, value) for key, value in file.items()})
    found.take(
        {
            variable: (variable.removeprefix(PREFIX).lower(), text)
            for variable, text in environ.items()
            if variable.startswith(PREFIX)
        }
    )
    found.take(
        {
            "--" + key.replace("_", "-"): (key, option)
            for key, option in options.items()
            if option is not None
        }
    )
    _heed_sdks_address(environ, found)
    return found


def place_in(given: Given) -> OfPlace | None:
    """The place, where nothing else is given and it is one for sure; None where more must look."""
    values = given.values
    is_place = values.keys() <= {"home", "cache"} and all(map(_is_text, values.values()))
    return OfPlace(**values) if is_place else None


def _is_text(value: object) -> bool:
    """Whether it is a text that is not empty, and has no bytes in it that are none."""
    return isinstance(value, str) and value.encode(errors="ignore").decode() == value != ""


def _heed_sdks_address(environ: Mapping[str, str], given: Given) -> None:
    """Take the address that the vendor's SDK would take, for the engine that is asked through it.

    It goes before the file's, and behind a variable of ours.
    """
    address = environ.get("OPENAI_BASE_URL", "").strip()
    is_set = PREFIX + "OPENAI_BASE_URL" in environ
    names = " ".join(str(given.values.get(key, "")) for key in _MODELS)
    is_asked = given.values.get("engine") == "openai" or "openai:" in names
    if is_asked and address and not is_set:
        given.names["openai_base_url"] = "OPENAI_BASE_URL"
        given.values["openai_base_url"] = address
