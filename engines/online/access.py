"""Keys and addresses by the environment, whichever vendor's they are."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from domain.errors import EnvironmentProblem


def credential(environ: Mapping[str, str], name: str) -> str | None:
    """A key that a variable holds; None where it holds none.

    Raises:
        EnvironmentProblem: what it holds can't be one.
    """
    value = environ.get(name, "").strip()
    if not value.isascii() or any(char.isspace() or not char.isprintable() for char in value):
        raise EnvironmentProblem(f"{name} holds characters that no key has; copy it again")
    return value or None


def checked_url(url: str, name: str) -> str:
    """An address that can be asked; `name` is where it was set.

    Raises:
        EnvironmentProblem: it is no address.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise EnvironmentProblem(
            f"{name} is {url!r}, which is no address; write it as 'http://127.0.0.1:8800' or "
            "'https://…', or leave it unset"
        )
    return url
