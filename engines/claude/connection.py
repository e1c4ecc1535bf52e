"""The connection to Anthropic's API: where it is, and what opens it."""

from __future__ import annotations

from collections.abc import Mapping

import anthropic

from engines.claude.access import base_url, credentials

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
    key, token = credentials(environ)
    sdk = anthropic.AsyncAnthropic(
        api_key=key,
        auth_token=token,
        base_url=base_url(environ),
        max_retries=0,
        timeout=anthropic.Timeout(timeout, connect=10.0),
        http_client=anthropic.DefaultAioHttpClient(),
    )
    return sdk, (key or token or "",)
