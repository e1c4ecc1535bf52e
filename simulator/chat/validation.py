"""What chat completions take: each request is read field by field, and anything else is refused.

Fields of the API that Nightdesk has no use for (tools, images, audio, streaming, several choices,
log probabilities …) are refused too, and the message says that it is the simulator that lacks them.
"""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.chat.errors import ChatError, refused
from simulator.chat.models import SNAPSHOTS, Snapshot
from simulator.chat.schemas import check_strict
from simulator.requests.validation import Block, Request

_SAMPLING = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}
"""Each with the least and the most it may be."""

_TEXTS = ("prompt_cache_key", "safety_identifier", "user")
_KNOWN = frozenset(
    (
        "model",
        "messages",
        "max_completion_tokens",
        "max_tokens",
        "metadata",
        "n",
        "reasoning_effort",
        "response_format",
        "seed",
        "service_tier",
        "store",
        "stream",
        "verbosity",
        *_SAMPLING,
        *_TEXTS,
    )
)
_NOT_SIMULATED = frozenset(
    (
        "audio",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "modalities",
        "moderation",
        "parallel_tool_calls",
        "prediction",
        "prompt_cache_retention",
        "stop",
        "stream_options",
        "tool_choice",
        "tools",
        "top_logprobs",
        "web_search_options",
    )
)
_ROLES = ("system", "developer", "user", "assistant")
_SCHEMA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

_passed_schemas: set[str] = set()


def read_chat(params: Any) -> Request:
    """A request to `POST /v1/chat/completions`.

    Raises:
        ChatError: 400 for what the API does not take, 404 for a model it does not know.
    """
    if not isinstance(params, dict):
        refused(None, "We could not parse the JSON body of your request: it must be an object.")
    for name in params:
        if name in _NOT_SIMULATED:
            refused(name, f"{name}: the simulator does not support this field", "unsupported")
        if name not in _KNOWN:
            refused(None, f"Unrecognized request argument supplied: {name}")
    snapshot = _snapshot(params.get("model"))
    blocks, messages = _messages(params.get("messages"))
    room = _room(params, snapshot)
    _check_sampling(params, snapshot)
    _check_small_fields(params)
    effort = _effort(params.get("reasoning_effort"), snapshot)
    schema, schema_text = _response_format(params.get("response_format"), blocks)
    return Request(
        model=snapshot.model,
        max_tokens=room,
        blocks=blocks,
        messages=messages,
        user=blocks[-1].text,
        system=tuple(block.text for block in blocks if block.place == "system"),
        schema=schema,
        schema_text=schema_text,
        effort=effort,
        thinks=effort != "none",
        shows_thinking=False,
        settings="",
    )


def _snapshot(name: Any) -> Snapshot:
    if not name:
        refused(None, "you must provide a model parameter")
    if not isinstance(name, str):
        refused("model", f"Invalid type for 'model': expected a string, got {name!r}.")
    if name not in SNAPSHOTS:
        raise no_such_model(name)
    return SNAPSHOTS[name]


def no_such_model(name: str) -> ChatError:
    """What a model that is not there is answered with."""
    message = f"The model `{name}` does not exist or you do not have access to it."
    return ChatError(404, message, code="model_not_found")


def _messages(value: Any) -> tuple[tuple[Block, ...], int]:
    if value is None:
        refused("messages", "Missing required parameter: 'messages'.", "missing_required_parameter")
    if not isinstance(value, list) or not value:
        refused("messages", "Invalid 'messages': expected a non-empty array.", "invalid_type")
    blocks: list[Block] = []
    for number, message in enumerate(value):
        path = f"messages[{number}]"
        if not isinstance(message, dict):
            refused(path, f"Invalid type for '{path}': expected an object.", "invalid_type")
        for name in message:
            if name not in ("role", "content", "name"):
                refused(path, f"Unknown parameter: '{path}.{name}'.", "unknown_parameter")
        role = message.get("role")
        if role not in _ROLES:
            refused(
                f"{path}.role",
                f"Invalid value: {role!r}. Supported values are: {', '.join(map(repr, _ROLES))}.",
                "invalid_value",
            )
        text = _content(message.get("content"), f"{path}.content")
        blocks.append(Block("system" if role == "developer" else role, text))
    if blocks[-1].place != "user":
        refused("messages", "messages: the simulator answers the user's turns only", "unsupported")
    return tuple(blocks), len(value)


def _content(value: Any, path: str) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        refused(
            path,
            f"Invalid type for '{path}': expected one of a string or array of objects.",
            "invalid_type",
        )
    texts = []
    for number, part in enumerate(value):
        is_text = isinstance(part, dict) and part.keys() == {"type", "text"}
        if not is_text or part["type"] != "text" or not isinstance(part["text"], str):
            refused(f"{path}[{number}]", f"{path}[{number}]: the simulator knows text parts only")
        texts.append(part["text"])
    return "".join(texts)


def _room(params: Any, snapshot: Snapshot) -> int:
    model = snapshot.model
    name = "max_completion_tokens"
    if params.get("max_tokens") is not None:
        if params.get(name) is not None:
            refused(
                None,
                "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not "
                "supported.",
            )
        name = "max_tokens"
        if model.efforts:
            refused(
                name,
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                "'max_completion_tokens' instead.",
                "unsupported_parameter",
            )
    value = params.get(name)
    if value is None:
        return model.max_output
    if type(value) is not int:
        refused(name, f"Invalid type for '{name}': expected an integer.", "invalid_type")
    if value < 1:
        refused(
            name,
            f"Invalid '{name}': integer below minimum value. Expected a value >= 1, but got "
            f"{value} instead.",
            "integer_below_min_value",
        )
    if value > model.max_output:
        refused(
            name,
            f"{name} is too large: {value}. This model supports at most {model.max_output} "
            f"completion tokens, whereas you provided {value}.",
            "invalid_value",
        )
    return int(value)


def _check_sampling(params: Any, snapshot: Snapshot) -> None:
    for name, (least, most) in _SAMPLING.items():
        value = params.get(name)
        if value is None:
            continue
        if snapshot.model.efforts:
            refused(
                name,
                f"Unsupported parameter: '{name}' is not supported with this model.",
                "unsupported_parameter",
            )
        if type(value) not in (int, float) or not least <= value <= most:
            refused(
                name,
                f"Invalid '{name}': expected a number from {least} to {most}.",
                "invalid_type",
            )


def _check_small_fields(params: Any) -> None:
    for name in _TEXTS:
        if not isinstance(params.get(name), str | None):
            refused(name, f"Invalid type for '{name}': expected a string.", "invalid_type")
    metadata = params.get("metadata")
    if metadata is not None and (
        not isinstance(metadata, dict)
        or len(metadata) > 16
        or not all(isinstance(value, str) for value in metadata.values())
    ):
        refused("metadata", "Invalid 'metadata': expected up to 16 pairs of strings.")
    if params.get("n") not in (None, 1):
        refused("n", "n: the simulator gives one choice", "unsupported")
    if params.get("stream"):
        refused("stream", "stream: the simulator does not stream; leave it out or false")
    if params.get("store"):
        refused("store", "store: the simulator stores nothing; leave it out or false")
    for name, values in (
        ("service_tier", ("auto", "default", "flex", "priority", None)),
        ("verbosity", ("low", "medium", "high", None)),
    ):
        if params.get(name) not in values:
            refused(name, f"Invalid value: {params[name]!r}.", "invalid_value")
    if type(params.get("seed")) not in (int, type(None)):
        refused("seed", "Invalid type for 'seed': expected an integer.", "invalid_type")


def _effort(value: Any, snapshot: Snapshot) -> str:
    efforts = snapshot.model.efforts
    if value is None:
        return snapshot.effort
    if not efforts:
        refused(
            "reasoning_effort",
            "Unrecognized request argument supplied: reasoning_effort",
        )
    if value not in efforts:
        refused(
            "reasoning_effort",
            f"Unsupported value: 'reasoning_effort' does not support {value!r} with this model. "
            f"Supported values are: {', '.join(map(repr, efforts))}.",
            "unsupported_value",
        )
    return str(value)


def _response_format(value: Any, blocks: tuple[Block, ...]) -> tuple[dict[str, Any] | None, str]:
    if value is None:
        return None, ""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "text" and value.keys() == {"type"}:
        return None, ""
    if kind == "json_object" and value.keys() == {"type"}:
        if not any("json" in block.text.lower() for block in blocks):
            refused(
                "messages",
                "'messages' must contain the word 'json' in some form, to use 'response_format' "
                "of type 'json_object'.",
            )
        return {"type": "object", "properties": {}, "additionalProperties": False}, ""
    if kind != "json_schema" or value.keys() != {"type", "json_schema"}:
        refused(
            "response_format.type",
            f"Invalid value: {kind!r}. Supported values are: 'text', 'json_object', and "
            "'json_schema'.",
            "invalid_value",
        )
    return _schema(value["json_schema"])


def _schema(held: Any) -> tuple[dict[str, Any], str]:
    path = "response_format.json_schema"
    if not isinstance(held, dict):
        refused(path, f"Invalid type for '{path}': expected an object.", "invalid_type")
    for name in held:
        if name not in ("name", "description", "schema", "strict"):
            refused(f"{path}.{name}", f"Unknown parameter: '{path}.{name}'.", "unknown_parameter")
    for name in ("name", "schema"):
        if name not in held:
            refused(
                f"{path}.{name}",
                f"Missing required parameter: '{path}.{name}'.",
                "missing_required_parameter",
            )
    name = held["name"]
    if not isinstance(name, str) or _SCHEMA_NAME.fullmatch(name) is None:
        refused(
            f"{path}.name",
            f"Invalid '{path}.name': string does not match pattern. Expected a string that matches "
            "the pattern '^[a-zA-Z0-9_-]+$' and has at most 64 characters.",
            "invalid_value",
        )
    if held.get("strict") not in (None, True, False):
        refused(f"{path}.strict", f"Invalid type for '{path}.strict': expected a boolean.")
    text = json.dumps(held["schema"], sort_keys=True)
    if held.get("strict") and text not in _passed_schemas:
        check_strict(held["schema"], name)
        _passed_schemas.add(text)
    if not isinstance(held["schema"], dict):
        refused(f"{path}.schema", f"Invalid type for '{path}.schema': expected an object.")
    return held["schema"], text
