"""What opens Anthropic's API, and where it is, by the environment."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import EnvironmentProblem
from engines.online.access import checked_url, credential

BASE_URL = "https://api.anthropic.com"
KEY = "ANTHROPIC_API_KEY"


def credentials(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The key and the token; exactly one of them is there.

    Raises:
        EnvironmentProblem: there is none, or it can't be used.
    """
    key = credential(environ, KEY)
    token = None if key else credential(environ, "ANTHROPIC_AUTH_TOKEN")
    if key is None and token is None:
        raise EnvironmentProblem(
            f"{KEY} is not set; set it to a key of your Anthropic account, or "
            "rehearse without one: `nightdesk demo`"
        )
    return key, token


def base_url(environ: Mapping[str, str]) -> str:
    """Where the API is.

    Raises:
        EnvironmentProblem: it is no address.
    """
    url = environ.get("ANTHROPIC_BASE_URL", "").strip() or BASE_URL
    return checked_url(url, "ANTHROPIC_BASE_URL")
