"""Which JSON schemas strict structured output takes.

By the vendor's guide: every object lists all its properties as required and allows no others, the
root is an object and no `anyOf`, and few keywords are known. Keywords that fine-tuned models lack
(`pattern`, `minItems`, `minimum` …) are refused for all.
"""

from __future__ import annotations

from typing import Any

from simulator.chat.errors import refused

PATH = "response_format"
CODE = "invalid_json_schema"
MOST_PROPERTIES = 5_000
MOST_LEVELS = 10
MOST_ENUM_VALUES = 1_000
MOST_CHARACTERS = 120_000
"""Of all names of properties and definitions, and of enum values and constants, together."""

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_ANYWHERE = frozenset(("type", "description", "title", "$defs", "enum", "const", "anyOf", "$ref"))
_OF_TYPE = {
    "object": frozenset(("properties", "required", "additionalProperties")),
    "array": frozenset(("items",)),
}


class _Check:
    """One schema; `count` is what its limits go by."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._properties = 0
        self._values = 0
        self._characters = 0

    def root(self, schema: Any) -> None:
        """Pass a whole schema."""
        if not isinstance(schema, dict) or schema.get("type") != "object" or "anyOf" in schema:
            self._refuse((), "schema must be a JSON Schema of 'type: \"object\"'")
        self._part(schema, (), schema.get("$defs", {}), 1)
        for limit, count, what in (
            (MOST_PROPERTIES, self._properties, "object properties"),
            (MOST_ENUM_VALUES, self._values, "enum values"),
            (MOST_CHARACTERS, self._characters, "characters in names and values"),
        ):
            if count > limit:
                self._refuse((), f"expected at most {limit} {what}, got {count}")

    def _part(self, schema: Any, path: tuple[str, ...], defs: Any, level: int) -> None:
        if not isinstance(schema, dict):
            self._refuse(path, "schema must be an object")
        if level > MOST_LEVELS:
            self._refuse(path, f"{level} levels of nesting exceeds limit of {MOST_LEVELS}")
        for name, definition in schema.get("$defs", {}).items():
            self._characters += len(name)
            self._part(definition, (*path, "$defs", name), defs, 1)
        if "$ref" in schema:
            name = str(schema["$ref"]).removeprefix("#/$defs/")
            if schema["$ref"] != "#" and name not in defs:
                self._refuse(path, f"reference {schema['$ref']!r} can't be resolved")
            self._only(schema, path, _ANYWHERE)
        elif "anyOf" in schema:
            self._only(schema, path, _ANYWHERE)
            for number, variant in enumerate(schema["anyOf"]):
                self._part(variant, (*path, "anyOf", str(number)), defs, level)
        else:
            self._typed(schema, path, defs, level)

    def _typed(self, schema: Any, path: tuple[str, ...], defs: Any, level: int) -> None:
        kinds = schema.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not kinds or any(kind not in TYPES for kind in kinds):
            self._refuse(path, "schema must have a 'type' key")
        known = _ANYWHERE.union(*(_OF_TYPE.get(kind, frozenset()) for kind in kinds))
        self._only(schema, path, known)
        constants = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
        self._values += len(schema.get("enum", ()))
        self._characters += sum(len(value) for value in constants if isinstance(value, str))
        if "array" in kinds:
            if "items" not in schema:
                self._refuse(path, "array schema missing items")
            self._part(schema["items"], (*path, "items"), defs, level + 1)
        if "object" in kinds:
            self._object(schema, path, defs, level)

    def _object(self, schema: Any, path: tuple[str, ...], defs: Any, level: int) -> None:
        if schema.get("additionalProperties") is not False:
            self._refuse(path, "'additionalProperties' is required to be supplied and to be false")
        properties = schema.get("properties", {})
        required = schema.get("required")
        if not isinstance(required, list) or set(required) != set(properties):
            self._refuse(
                path,
                "'required' is required to be supplied and to be an array including every key in "
                "properties",
            )
        self._properties += len(properties)
        for name, value in properties.items():
            self._characters += len(name)
            self._part(value, (*path, "properties", name), defs, level + 1)

    def _only(self, schema: Any, path: tuple[str, ...], known: frozenset[str]) -> None:
        for keyword in schema:
            if keyword not in known:
                self._refuse(path, f"'{keyword}' is not permitted")

    def _refuse(self, path: tuple[str, ...], why: str) -> None:
        where = ", ".join(repr(part) for part in path)
        message = f"Invalid schema for {PATH} '{self._name}': In context=({where}), {why}."
        refused(PATH, message, CODE)


def check_strict(schema: Any, name: str) -> None:
    """Pass a schema that strict structured output takes.

    Args:
        schema: the JSON schema.
        name: as the request calls it, for the message.

    Raises:
        ChatError: it breaks one of the rules.
    """
    _Check(name).root(schema)
