"""What opens a server that speaks chat completions, and where it is."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import EnvironmentProblem
from domain.settings import OPENAI_BASE_URL
from engines.online.access import checked_url, credential

KEY = "OPENAI_API_KEY"


def key_of(environ: Mapping[str, str]) -> str:
    """The key.

    Raises:
        EnvironmentProblem: there is none, or it can't be used.
    """
    key = credential(environ, KEY)
    if key is None:
        raise EnvironmentProblem(
            f"{KEY} is not set; set it to a key of the server's, or to any word where it knows no "
            "keys, or rehearse without one: `nightdesk demo`"
        )
    return key


def url_of(base_url: str | None) -> str:
    """Where the server is, by the setting `openai_base_url`.

    Raises:
        EnvironmentProblem: it is no address.
    """
    return checked_url(base_url or OPENAI_BASE_URL, "openai_base_url")
