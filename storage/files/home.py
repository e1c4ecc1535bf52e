"""A home: where the state of one Nightdesk lives, a folder or a place in an object store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from domain.given_settings import Place
    from storage.files.objects import Objects

SCHEME = "s3://"


@dataclass(frozen=True, slots=True)
class RemoteHome:
    """A home in an object store, as one machine sees it.

    Attributes:
        url: `s3://bucket/prefix`.
        cache: a folder of this machine for what it has fetched from there; others may share it,
            and it may be removed whenever nobody uses it.
    """

    url: str
    cache: Path


Home: TypeAlias = Path | RemoteHome


def home_of(settings: Place, environ: Mapping[str, str] = os.environ) -> Home:
    """The home that settings name; it need not exist yet.

    Raises:
        SettingError: it is a URL that names no bucket.
    """
    if not settings.home.startswith(SCHEME):
        return Path(settings.home).expanduser()
    place = f"{environ.get('AWS_ENDPOINT_URL', '')} {settings.home.rstrip('/')}"
    name = hashlib.sha256(place.encode()).hexdigest()[:16]
    home = RemoteHome(settings.home, _caches(settings, environ).resolve() / name)
    objects_of(home)
    return home


def folder_of(home: Home) -> Path:
    """The folder of this machine for a home: itself, or what caches it."""
    return home.cache if isinstance(home, RemoteHome) else home.expanduser().resolve()


@cache
def objects_of(home: RemoteHome) -> Objects:
    """The objects of a home in a store, by the process's environment; connections are shared.

    Raises:
        SettingError: its URL names no bucket.
    """
    from storage.files.objects import Objects

    return Objects(home.url, os.environ)


def _caches(settings: Place, environ: Mapping[str, str]) -> Path:
    if settings.cache is not None:
        return Path(settings.cache).expanduser()
    return Path(environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "nightdesk"
