"""The models the simulator knows, and what each accepts.

Measured: what thinking types the 5.5 models take, and that thinking is on where a request to them
does not say. Assumed, from what is known of their families: output limits, context windows and
the least size of a cached prefix; `SimulatorSettings.cache_minimum` overrides the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RETIRED_ON = "2026-11-01"
"""The day on which models were retired that are said to be."""

EFFORTS = ("low", "medium", "high", "xhigh", "max")
"""From least to most."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    Attributes:
        id: as requests name it.
        line: `haiku`, `sonnet`, `opus` or `fable`.
        max_output: tokens at most in an answer, thinking included.
        max_input: tokens of its context window.
        cache_minimum: tokens a prefix needs to be cached.
        thinking: the thinking types it accepts.
        thinks: whether it thinks where a request does not say.
        efforts: the effort levels it accepts; none where it knows no effort.
        released: the day it came out, ISO 8601.
    """

    id: str
    line: str
    max_output: int
    max_input: int
    cache_minimum: int
    thinking: frozenset[str]
    thinks: bool
    efforts: tuple[str, ...]
    released: str

    @property
    def display_name(self) -> str:
        """Its name for people: `Claude Sonnet 5.5`."""
        words = self.id.removeprefix("claude-").split("-")
        return f"Claude {words[0].capitalize()} {'.'.join(words[1:3])}"


def _model(
    model_id: str,
    released: str,
    *,
    output: int = 128_000,
    window: int = 1_000_000,
    cache: int = 1024,
    thinking: str,
    thinks: bool = True,
    efforts: tuple[str, ...] = EFFORTS,
) -> Model:
    line = model_id.split("-")[1]
    types = frozenset(thinking.split())
    return Model(model_id, line, output, window, cache, types, thinks, efforts, released)


_CATALOGUE = (
    _model("claude-fable-5-2", "2026-10-21", cache=512, thinking="adaptive"),
    _model(
        "claude-haiku-5-5", "2026-10-01", output=64_000, cache=4096, thinking="adaptive disabled"
    ),
    _model("claude-sonnet-5-5", "2026-09-15", thinking="adaptive between_tools"),
    _model("claude-opus-5-5", "2026-09-15", thinking="adaptive between_tools"),
    _model("claude-fable-5-1", "2026-08-20", cache=512, thinking="adaptive"),
    _model("claude-sonnet-5", "2026-06-30", thinking="adaptive disabled"),
    _model("claude-opus-5", "2026-06-30", thinking="adaptive disabled"),
    _model("claude-fable-5", "2026-06-09", cache=512, thinking="adaptive"),
    _model("claude-opus-4-8", "2026-05-01", thinking="adaptive disabled", thinks=False),
    _model("claude-opus-4-7", "2026-04-01", thinking="adaptive disabled", thinks=False),
    _model(
        "claude-opus-4-6",
        "2026-02-05",
        cache=4096,
        thinking="adaptive enabled disabled",
        thinks=False,
    ),
    _model("claude-sonnet-4-6", "2026-02-17", thinking="adaptive enabled disabled", thinks=False),
    _model(
        "claude-haiku-4-5",
        "2025-10-15",
        output=64_000,
        window=200_000,
        cache=4096,
        thinking="enabled disabled",
        thinks=False,
        efforts=(),
    ),
    _model(
        "claude-opus-4-5",
        "2025-11-24",
        output=64_000,
        window=200_000,
        cache=4096,
        thinking="enabled disabled",
        thinks=False,
        efforts=("low", "medium", "high"),
    ),
    _model(
        "claude-sonnet-4-5",
        "2025-09-29",
        output=64_000,
        window=200_000,
        thinking="enabled disabled",
        thinks=False,
        efforts=(),
    ),
)

MODELS: dict[str, Model] = {model.id: model for model in _CATALOGUE}
"""By id, newest first."""

ALIASES = {
    "claude-haiku-4-5-20251001": "claude-haiku-4-5",
    "claude-opus-4-5-20251101": "claude-opus-4-5",
    "claude-sonnet-4-5-20250929": "claude-sonnet-4-5",
}
"""Dated names of the same models."""


def _support(supported: bool) -> dict[str, bool]:
    return {"supported": supported}


def describe(model: Model, *, retired: bool = False) -> dict[str, Any]:
    """The object that `GET /v1/models` lists for a model, also after it was retired."""
    gone = f"{RETIRED_ON}T00:00:00Z" if retired else None
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": f"{model.released}T00:00:00Z",
        "deprecated_at": gone,
        "retires_at": gone,
        "lifecycle": "retired" if retired else "active",
        "line": model.line,
        "max_input_tokens": model.max_input,
        "max_tokens": model.max_output,
        "capabilities": _capabilities(model),
    }


def _capabilities(model: Model) -> dict[str, Any]:
    kinds = ("adaptive", "between_tools", "disabled", "enabled")
    return {
        "batch": _support(True),
        "citations": _support(False),
        "code_execution": _support(False),
        "context_management": {"supported": False},
        "effort": {
            "supported": bool(model.efforts),
            **{effort: _support(effort in model.efforts) for effort in EFFORTS},
        },
        "image_input": _support(False),
        "pdf_input": _support(False),
        "server_tools": {"supported": False},
        "structured_outputs": _support(True),
        "thinking": {
            "supported": True,
            "types": {kind: _support(kind in model.thinking) for kind in kinds},
        },
    }
