"""The names of nights."""

from __future__ import annotations

from datetime import datetime

import uuid_utils


def night_name(now: datetime) -> str:
    """A name for a night that sorts by its beginning and that no other has."""
    return f"{now:%Y-%m-%d-%H%M%S}-{str(uuid_utils.uuid4())[:4]}"
