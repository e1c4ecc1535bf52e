"""The connection to Anthropic's API: where it is, and what opens it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import anthropic

from domain.errors import EnvironmentProblem

BASE_URL = "https://api.anthropic.com"

TIMEOUT = 600.0
"""Seconds for a whole answer; the SDK's own figure for the longest it sends without streaming."""


def connected(
    environ: Mapping[str, str], timeout: float
) -> tuple[anthropic.AsyncAnthropic, tuple[str, ...]]:
    """The vendor's client, which retries nothing by itself, and what must not show in a log.

    `ANTHROPIC_API_KEY` (or `ANTHROPIC_AUTH_TOKEN`) and `ANTHROPIC_BASE_URL` are taken from
    `environ` as the SDK would take them.

    Args:
        environ: all environment variables.
        timeout: seconds for a whole answer.

    Raises:
        EnvironmentProblem: there is no key, or key or address can't be used.
    """
    key = _credential(environ, "ANTHROPIC_API_KEY")
    token = None if key else _credential(environ, "ANTHROPIC_AUTH_TOKEN")
    secret = key or token
    if secret is None:
        raise EnvironmentProblem(
            "ANTHROPIC_API_KEY is not set; set it to a key of your Anthropic account, or "
            "rehearse without one: `nightdesk demo`"
        )
    sdk = anthropic.AsyncAnthropic(
        api_key=key,
        auth_token=token,
        base_url=_base_url(environ),
        max_retries=0,
        timeout=anthropic.Timeout(timeout, connect=10.0),
        http_client=anthropic.DefaultAioHttpClient(),
    )
    return sdk, (secret,)


def _credential(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "").strip()
    if not value.isascii() or any(char.isspace() or not char.isprintable() for char in value):
        raise EnvironmentProblem(f"{name} holds characters that no key has; copy it again")
    return value or None


def _base_url(environ: Mapping[str, str]) -> str:
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
