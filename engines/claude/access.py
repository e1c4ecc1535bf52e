"""What opens Anthropic's API, and where it is, by the environment."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from domain.errors import EnvironmentProblem

BASE_URL = "https://api.anthropic.com"


def credentials(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The key and the token; exactly one of them is there.

    Raises:
        EnvironmentProblem: there is none, or it can't be used.
    """
    key = _credential(environ, "ANTHROPIC_API_KEY")
    token = None if key else _credential(environ, "ANTHROPIC_AUTH_TOKEN")
    if key is None and token is None:
        raise EnvironmentProblem(
            "ANTHROPIC_API_KEY is not set; set it to a key of your Anthropic account, or "
            "rehearse without one: `nightdesk demo`"
        )
    return key, token


def _credential(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "").strip()
    if not value.isascii() or any(char.isspace() or not char.isprintable() for char in value):
        raise EnvironmentProblem(f"{name} holds characters that no key has; copy it again")
    return value or None


def base_url(environ: Mapping[str, str]) -> str:
    """Where the API is.

    Raises:
        EnvironmentProblem: it is no address.
    """
    url = environ.get("ANTHROPIC_BASE_URL", "").strip() or BASE_URL
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise EnvironmentProblem(
            f"ANTHROPIC_BASE_URL is {url!r}, which is no address; write it as "
            "'http://127.0.0.1:8800' or 'https://…', or leave it unset"
        )
    return url
