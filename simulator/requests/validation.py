"""What the API takes: each request is read field by field, and anything else is refused.

The simulator knows text alone: fields of the API that Nightdesk has no use for (images, documents,
streaming, stop sequences, containers …) are refused too, and the message says that it is the
simulator that lacks them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from simulator.requests.errors import ApiError, refuse
from simulator.requests.models import ALIASES, EFFORTS, MODELS, Model
from simulator.requests.schemas import check_schema

MAX_BREAKPOINTS = 4

_REQUIRED = frozenset(("model", "messages", "max_tokens"))
_COUNTED = frozenset(
    ("system", "tools", "tool_choice", "thinking", "output_config", "cache_control")
)
_OPTIONAL = _COUNTED | {"metadata", "service_tier", "stream"}
_SAMPLING = ("temperature", "top_p", "top_k")
_NOT_SIMULATED = frozenset(
    ("stop_sequences", "container", "diagnostics", "inference_geo", "speed", "mcp_servers")
)
_TOOL_FIELDS = frozenset(("description", "cache_control", "type", "strict"))

_passed_schemas: set[str] = set()


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a prompt.

    Attributes:
        place: `tools`, `system`, `user` or `assistant`.
        text: what it says; a tool as JSON.
        ttl: `5m` or `1h` where a cache breakpoint stands at its end, else None.
    """

    place: str
    text: str
    ttl: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the API takes.

    Attributes:
        model: the model asked.
        max_tokens: output tokens at most; 0 where tokens are only counted.
        blocks: tools, system and messages, in the order the cache sees them.
        messages: turns in it.
        user: the text of the last turn, the user's.
        system: the texts of the system blocks.
        schema: of the answer, or None for free text.
        schema_text: the same as JSON with sorted keys, empty for None.
        effort: as asked for, else `high`.
        thinks: whether the answer starts with thinking.
        shows_thinking: whether the thinking can be read.
        settings: what else the cache tells requests apart by.
    """

    model: Model
    max_tokens: int
    blocks: tuple[Block, ...]
    messages: int
    user: str
    system: tuple[str, ...]
    schema: dict[str, Any] | None
    schema_text: str
    effort: str
    thinks: bool
    shows_thinking: bool
    settings: str


def read_request(params: Any, *, counting: bool = False) -> Request:
    """A request to `POST /v1/messages`, or with `counting` to `…/count_tokens`.

    Raises:
        ApiError: 400 for what the API does not take, 404 for a model it does not know.
    """
    _check_top(params, counting)
    model = _model(params["model"])
    max_tokens = 0 if counting else _max_tokens(params["max_tokens"], model)
    tools = _tools(params.get("tools"))
    system = _system(params.get("system"))
    turns = _messages(params["messages"])
    blocks = _with_top_breakpoint((*tools, *system, *turns), params.get("cache_control"))
    _check_breakpoints(blocks)
    _check_tool_choice(params.get("tool_choice"))
    _check_small_fields(params)
    effort, schema, schema_text = _output_config(params.get("output_config"), model)
    thinking = _thinking(params.get("thinking"), model, effort, max_tokens)
    return Request(
        model=model,
        max_tokens=max_tokens,
        blocks=blocks,
        messages=len(params["messages"]),
        user=_last_turn(params["messages"][-1]),
        system=tuple(block.text for block in system),
        schema=schema,
        schema_text=schema_text,
        effort=effort,
        thinks=thinking["type"] in ("adaptive", "enabled"),
        shows_thinking=thinking.get("display") == "summarized",
        settings=json.dumps([thinking, effort, params.get("tool_choice")], sort_keys=True),
    )


def _fields(value: Any, path: str, required: frozenset[str], optional: frozenset[str]) -> None:
    if not isinstance(value, dict):
        refuse(path, "Input should be an object")
    for name in value:
        if name not in required and name not in optional:
            refuse(f"{path}.{name}", "Extra inputs are not permitted")
    for name in required:
        if name not in value:
            refuse(f"{path}.{name}", "Field required")


def _check_top(params: Any, counting: bool) -> None:
    if not isinstance(params, dict):
        raise ApiError(400, "The request body must be a JSON object")
    required = _REQUIRED - {"max_tokens"} if counting else _REQUIRED
    optional = _COUNTED if counting else _OPTIONAL
    for name in params:
        if name in _SAMPLING:
            refuse(name, "sampling parameters are not supported by this model")
        if name in _NOT_SIMULATED:
            refuse(name, "the simulator does not support this field")
        if name not in required and name not in optional:
            refuse(name, "Extra inputs are not permitted")
    for name in sorted(required):
        if name not in params:
            refuse(name, "Field required")
    if params.get("stream"):
        refuse("stream", "the simulator does not stream; leave it out or false")


def _model(name: Any) -> Model:
    if not isinstance(name, str) or not name:
        refuse("model", "Input should be a non-empty string")
    model = MODELS.get(ALIASES.get(name, name))
    if model is None:
        raise ApiError(404, f"model: {name}")
    return model


def _max_tokens(value: Any, model: Model) -> int:
    if type(value) is not int or value < 1:
        refuse("max_tokens", "Input should be an integer of at least 1")
    if value > model.max_output:
        refuse(
            "max_tokens",
            f"{value} > {model.max_output}, which is the maximum allowed number of output tokens "
            f"for {model.id}",
        )
    return int(value)


def _ttl(value: Any, path: str) -> str | None:
    if value is None:
        return None
    _fields(value, path, frozenset(("type",)), frozenset(("ttl",)))
    if value["type"] != "ephemeral":
        refuse(f"{path}.type", "Input should be 'ephemeral'")
    ttl = value.get("ttl", "5m")
    if ttl not in ("5m", "1h"):
        refuse(f"{path}.ttl", "Input should be '5m' or '1h'")
    return str(ttl)


def _text_block(value: Any, path: str, place: str) -> Block:
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind != "text":
        refuse(f"{path}.type", f"the simulator knows text blocks only, not {kind!r}")
    _fields(value, path, frozenset(("type", "text")), frozenset(("cache_control", "citations")))
    if value.get("citations") is not None:
        refuse(f"{path}.citations", "the simulator does not support this field")
    text = value["text"]
    if not isinstance(text, str):
        refuse(f"{path}.text", "Input should be a string")
    if not text.strip():
        refuse(f"{path}.text", "text content blocks must contain non-whitespace text")
    return Block(place, text, _ttl(value.get("cache_control"), f"{path}.cache_control"))


def _content(value: Any, path: str, place: str) -> tuple[Block, ...]:
    if isinstance(value, str):
        if not value.strip():
            refuse(path, "text content must be non-empty")
        return (Block(place, value),)
    if not isinstance(value, list) or not value:
        refuse(path, "Input should be a string or a non-empty list of content blocks")
    return tuple(
        _text_block(block, f"{path}.{number}", place) for number, block in enumerate(value)
    )


def _system(value: Any) -> tuple[Block, ...]:
    if value is None or value == []:
        return ()
    return _content(value, "system", "system")


def _messages(value: Any) -> tuple[Block, ...]:
    if not isinstance(value, list) or not value:
        refuse("messages", "at least one message is required")
    blocks: list[Block] = []
    for number, message in enumerate(value):
        path = f"messages.{number}"
        _fields(message, path, frozenset(("role", "content")), frozenset())
        if message["role"] not in ("user", "assistant"):
            refuse(f"{path}.role", "Input should be 'user' or 'assistant'")
        blocks += _content(message["content"], f"{path}.content", message["role"])
    if value[0]["role"] != "user":
        refuse("messages.0.role", "the first message must be the user's")
    if value[-1]["role"] == "assistant":
        refuse(
            f"messages.{len(value) - 1}",
            "this model does not support prefill; the conversation must end with a user message",
        )
    return tuple(blocks)


def _last_turn(message: Any) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


def _tools(value: Any) -> tuple[Block, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        refuse("tools", "Input should be a list")
    blocks = []
    for number, tool in enumerate(value):
        path = f"tools.{number}"
        _fields(tool, path, frozenset(("name", "input_schema")), _TOOL_FIELDS)
        if tool.get("type") not in (None, "custom"):
            refuse(f"{path}.type", "the simulator knows custom tools only")
        ttl = _ttl(tool.get("cache_control"), f"{path}.cache_control")
        bare = {name: part for name, part in tool.items() if name != "cache_control"}
        blocks.append(Block("tools", json.dumps(bare, sort_keys=True), ttl))
    return tuple(blocks)


def _check_tool_choice(value: Any) -> None:
    if value is None:
        return
    parallel = frozenset(("disable_parallel_tool_use", "name"))
    _fields(value, "tool_choice", frozenset(("type",)), parallel)
    if value["type"] in ("any", "tool"):
        refuse("tool_choice", "this model does not support forced tool use")
    if value["type"] not in ("auto", "none"):
        refuse("tool_choice.type", "Input should be 'auto', 'any', 'tool' or 'none'")


def _with_top_breakpoint(blocks: tuple[Block, ...], value: Any) -> tuple[Block, ...]:
    ttl = _ttl(value, "cache_control")
    if ttl is None or blocks[-1].ttl:
        return blocks
    return (*blocks[:-1], Block(blocks[-1].place, blocks[-1].text, ttl))


def _check_breakpoints(blocks: tuple[Block, ...]) -> None:
    ttls = [block.ttl for block in blocks if block.ttl]
    if len(ttls) > MAX_BREAKPOINTS:
        raise ApiError(
            400,
            f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. "
            f"Found {len(ttls)}.",
        )
    if "5m" in ttls and "1h" in ttls[ttls.index("5m") :]:
        raise ApiError(400, "A cache_control block with ttl '1h' must not come after one with '5m'")


def _check_small_fields(params: Any) -> None:
    metadata = params.get("metadata")
    if metadata is not None:
        _fields(metadata, "metadata", frozenset(), frozenset(("user_id",)))
        if not isinstance(metadata.get("user_id"), str | None):
            refuse("metadata.user_id", "Input should be a string")
    if params.get("service_tier", "auto") not in ("auto", "standard_only"):
        refuse("service_tier", "Input should be 'auto' or 'standard_only'")


def _output_config(value: Any, model: Model) -> tuple[str, dict[str, Any] | None, str]:
    if value is None:
        return "high", None, ""
    _fields(value, "output_config", frozenset(), frozenset(("effort", "format")))
    effort = value.get("effort")
    if effort is not None and effort not in model.efforts:
        known = ", ".join(model.efforts) or "none"
        refuse("output_config.effort", f"{model.id} does not support {effort!r}; it knows: {known}")
    form = value.get("format")
    if form is None:
        return effort or "high", None, ""
    _fields(form, "output_config.format", frozenset(("type", "schema")), frozenset())
    if form["type"] != "json_schema":
        refuse("output_config.format.type", "Input should be 'json_schema'")
    text = json.dumps(form["schema"], sort_keys=True)
    if text not in _passed_schemas:
        check_schema(form["schema"], "output_config.format.schema")
        _passed_schemas.add(text)
    return effort or "high", form["schema"], text


def _thinking(value: Any, model: Model, effort: str, max_tokens: int) -> dict[str, Any]:
    if value is None:
        return {"type": "adaptive" if model.thinks else "disabled"}
    required = {"type", "budget_tokens"} if _kind(value) == "enabled" else {"type"}
    _fields(value, "thinking", frozenset(required), frozenset(("display",)))
    kind = _kind(value)
    if kind not in model.thinking:
        known = ", ".join(repr(name) for name in sorted(model.thinking))
        refuse("thinking.type", f"{model.id} does not support {kind!r}; it takes {known}")
    if value.get("display", "omitted") not in ("summarized", "omitted", None):
        refuse("thinking.display", "Input should be 'summarized' or 'omitted'")
    off = kind in ("disabled", "between_tools")
    if off and model.thinks and EFFORTS.index(effort) > EFFORTS.index("high"):
        refuse("thinking.type", f"{kind!r} is not supported at effort {effort!r}")
    if kind == "enabled":
        _check_budget(value["budget_tokens"], max_tokens)
    return dict(value)


def _kind(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None


def _check_budget(budget: Any, max_tokens: int) -> None:
    if type(budget) is not int or budget < 1024:
        refuse("thinking.budget_tokens", "Input should be an integer of at least 1024")
    if max_tokens and budget >= max_tokens:
        refuse("thinking.budget_tokens", "`max_tokens` must be greater than it")
