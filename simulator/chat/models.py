"""The models of the chat API that the simulator knows, and what each accepts.

By the vendor's public model pages: context windows, output limits, efforts of reasoning. A model
that reasons takes no sampling parameters and no `max_tokens`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.requests.models import Model

CACHE_MINIMUM = 1_024
"""Tokens a prompt needs to be cached, whatever the model."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A model as it is released: answers bear its dated name.

    Attributes:
        model: what it takes; `efforts` are those of reasoning, none where it can't reason.
        name: its dated name.
        effort: the effort of reasoning where a request says none; `none` where it does not reason.
    """

    model: Model
    name: str
    effort: str


def _snapshot(
    model_id: str,
    released: str,
    *,
    output: int,
    window: int,
    efforts: str = "",
    effort: str = "none",
) -> Snapshot:
    known = tuple(efforts.split())
    model = Model(
        id=model_id,
        line="gpt",
        max_output=output,
        max_input=window,
        cache_minimum=CACHE_MINIMUM,
        thinking=frozenset(),
        thinks=effort != "none",
        efforts=known,
        released=released,
    )
    return Snapshot(model, f"{model_id}-{released}", effort)


_CATALOGUE = (
    _snapshot(
        "gpt-5.2",
        "2025-12-11",
        output=128_000,
        window=400_000,
        efforts="none low medium high xhigh",
    ),
    _snapshot(
        "gpt-5.1",
        "2025-11-13",
        output=128_000,
        window=400_000,
        efforts="none low medium high",
    ),
    _snapshot(
        "gpt-5-mini",
        "2025-08-07",
        output=128_000,
        window=400_000,
        efforts="minimal low medium high",
        effort="medium",
    ),
    _snapshot("gpt-4.1", "2025-04-14", output=32_768, window=1_047_576),
    _snapshot("gpt-4.1-mini", "2025-04-14", output=32_768, window=1_047_576),
    _snapshot("gpt-4o-mini", "2024-07-18", output=16_384, window=128_000),
)

SNAPSHOTS: dict[str, Snapshot] = {
    name: snapshot for snapshot in _CATALOGUE for name in (snapshot.model.id, snapshot.name)
}
"""By plain and by dated name."""


def described(snapshot: Snapshot, name: str) -> dict[str, Any]:
    """The object that `GET /v1/models` lists for a model."""
    created = datetime.fromisoformat(snapshot.model.released).replace(tzinfo=UTC)
    return {
        "id": name,
        "object": "model",
        "created": int(created.timestamp()),
        "owned_by": "system",
    }
