"""Which JSON schemas the simulator takes."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest
from pydantic import BaseModel, Field

from simulator.requests.errors import ApiError
from simulator.requests.schemas import check_schema, least, misfit


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    "part",
    [
        {"type": "string", "minLength": 1},
        {"type": "string", "pattern": "^a"},
        {"type": "string", "format": "text"},
        {"type": "integer", "minimum": 0},
        {"type": "number", "multipleOf": 2},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        {"type": "array", "items": {"type": "string"}, "minItems": 2},
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        {"type": ["string", "null"]},
        {"oneOf": [{"type": "string"}]},
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {}, "additionalProperties": True},
        {"type": "object", "properties": {}, "required": ["a"], "additionalProperties": False},
        {"$ref": "#/$defs/missing"},
        {"type": "string", "default": "a"},
        "string",
    ],
)
def test_unsupported(part: Any) -> None:
    """A keyword that `transform_schema` would drop is refused, wherever it stands."""
    with pytest.raises(ApiError) as caught:
        check_schema(_object(a={"type": "array", "items": part}), "schema")
    assert caught.value.status == 400
    assert caught.value.message.startswith("schema.properties.a.items")


def test_recursive() -> None:
    """A schema that contains itself is refused."""
    schema = _object(a={"$ref": "#/$defs/A"})
    schema["$defs"] = {"A": _object(b={"$ref": "#/$defs/A"})}
    with pytest.raises(ApiError, match="recursive"):
        check_schema(schema, "schema")


class _Part(BaseModel):
    id: int = Field(ge=0)
    kind: str | None = Field(max_length=3)


class _Whole(BaseModel):
    parts: list[_Part] = Field(min_length=2)
    name: str = Field(pattern="^a", default="abc")


def test_transformed() -> None:
    """Whatever `transform_schema` gives is taken."""
    check_schema(anthropic.transform_schema(_Whole), "schema")


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"a": 1, "b": ["x"]}, None),
        ({"a": 1}, "$ lacks 'b'"),
        ({"a": True, "b": []}, "$.a is no integer"),
        ({"a": 1, "b": [1]}, "$.b.0 is no string"),
        ({"a": 1, "b": [], "c": 1}, "$ has 'c', which the schema does not know"),
    ],
)
def test_misfit(value: Any, wrong: str | None) -> None:
    """A value that does not fit is told where."""
    schema = _object(a={"type": "integer"}, b={"type": "array", "items": {"type": "string"}})
    assert misfit(value, schema, {}) == wrong


def test_least() -> None:
    """The plainest value fits its schema."""
    schema = _object(
        a={"enum": ["x", "y"]},
        b={"type": "array", "items": {"type": "integer"}, "minItems": 1},
        c={"anyOf": [{"type": "null"}, {"type": "string"}]},
    )
    assert least(schema, {}) == {"a": "x", "b": [0], "c": None}
    assert misfit(least(schema, {}), schema, {}) is None
