"""Which JSON schemas structured output takes, and whether an answer fits one.

Supported is what `anthropic.transform_schema` leaves standing; whatever it drops is refused.
"""

from __future__ import annotations

from typing import Any

from simulator.requests.errors import refuse

FORMATS = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
)

_ANYWHERE = frozenset(("description", "title", "$defs"))
_KEYWORDS: dict[str, frozenset[str]] = {
    "object": frozenset(("type", "properties", "additionalProperties", "required")),
    "array": frozenset(("type", "items", "minItems")),
    "string": frozenset(("type", "enum", "const", "format")),
    "integer": frozenset(("type", "enum", "const")),
    "number": frozenset(("type", "enum", "const")),
    "boolean": frozenset(("type", "enum", "const")),
    "null": frozenset(("type",)),
}


def check_schema(schema: Any, path: str) -> None:
    """Pass a schema that structured output takes.

    Args:
        schema: the JSON schema.
        path: where it stands in the request, for the message.

    Raises:
        ApiError: a keyword is not supported, or `additionalProperties` is not false.
    """
    if not isinstance(schema, dict):
        refuse(path, "Input should be an object")
    _check(schema, path, schema.get("$defs", {}), ())


def _check(schema: Any, path: str, defs: Any, above: tuple[str, ...]) -> None:
    if not isinstance(schema, dict):
        refuse(path, "Input should be an object")
    for name, definition in schema.get("$defs", {}).items():
        _check(definition, f"{path}.$defs.{name}", defs, above)
    if "$ref" in schema:
        _check_reference(schema, path, defs, above)
    elif "anyOf" in schema or "allOf" in schema:
        _check_variants(schema, path, defs, above)
    else:
        _check_typed(schema, path, defs, above)


def _check_reference(schema: Any, path: str, defs: Any, above: tuple[str, ...]) -> None:
    target = schema["$ref"]
    name = str(target).removeprefix("#/$defs/")
    if not isinstance(target, str) or name == target or name not in defs:
        refuse(path, f"$ref {target!r} does not lead to a definition in $defs")
    if name in above:
        refuse(path, f"recursive schemas are not supported: {name!r} contains itself")
    _only(schema, path, frozenset(("$ref", "$defs")))
    _check(defs[name], f"{path}.$ref", defs, (*above, name))


def _check_variants(schema: Any, path: str, defs: Any, above: tuple[str, ...]) -> None:
    keyword = "anyOf" if "anyOf" in schema else "allOf"
    _only(schema, path, _ANYWHERE | {keyword})
    variants = schema[keyword]
    if not isinstance(variants, list) or not variants:
        refuse(f"{path}.{keyword}", "Input should be a non-empty list")
    for number, variant in enumerate(variants):
        _check(variant, f"{path}.{keyword}.{number}", defs, above)


def _check_typed(schema: Any, path: str, defs: Any, above: tuple[str, ...]) -> None:
    kind = schema.get("type")
    if kind is None and ("enum" in schema or "const" in schema):
        _only(schema, path, _ANYWHERE | {"enum", "const"})
        return
    if not isinstance(kind, str) or kind not in _KEYWORDS:
        refuse(path, f"'type' must be one of {', '.join(_KEYWORDS)}, not {kind!r}")
    _only(schema, path, _ANYWHERE | _KEYWORDS[kind])
    if kind == "object":
        _check_object(schema, path, defs, above)
    elif kind == "array":
        if schema.get("minItems", 0) not in (0, 1):
            refuse(path, "For 'array' type, 'minItems' values other than 0 or 1 are not supported")
        if "items" in schema:
            _check(schema["items"], f"{path}.items", defs, above)
    elif kind == "string" and schema.get("format", "date") not in FORMATS:
        refuse(path, f"For 'string' type, format {schema['format']!r} is not supported")


def _check_object(schema: Any, path: str, defs: Any, above: tuple[str, ...]) -> None:
    if schema.get("additionalProperties") is not False:
        refuse(path, "For 'object' type, 'additionalProperties' must be explicitly set to false")
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in properties:
            refuse(path, f"'required' names {name!r}, which is not in 'properties'")
    for name, value in properties.items():
        _check(value, f"{path}.properties.{name}", defs, above)


def _only(schema: Any, path: str, known: frozenset[str]) -> None:
    for keyword in schema:
        if keyword not in known:
            refuse(path, f"property '{keyword}' is not supported here")


_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def misfit(value: Any, schema: Any, defs: Any, path: str = "$") -> str | None:
    """Where a value does not fit a schema that `check_schema` passed; None where it fits."""
    if "$ref" in schema:
        return misfit(value, defs[schema["$ref"].removeprefix("#/$defs/")], defs, path)
    if "anyOf" in schema:
        misfits = [misfit(value, variant, defs, path) for variant in schema["anyOf"]]
        return None if None in misfits else misfits[0]
    if "allOf" in schema:
        return next(
            filter(None, (misfit(value, part, defs, path) for part in schema["allOf"])), None
        )
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} is not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        return f"{path} is not {schema['const']!r}"
    kind = schema.get("type")
    if kind is None:
        return None
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return f"{path} is no {kind}"
    return _misfit_inside(value, schema, defs, path)


def _misfit_inside(value: Any, schema: Any, defs: Any, path: str) -> str | None:
    if isinstance(value, list) and "items" in schema:
        found = (misfit(v, schema["items"], defs, f"{path}.{i}") for i, v in enumerate(value))
        return next(filter(None, found), None)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for name in value:
            if name not in properties:
                return f"{path} has {name!r}, which the schema does not know"
        for name in schema.get("required", ()):
            if name not in value:
                return f"{path} lacks {name!r}"
        found = (misfit(v, properties[name], defs, f"{path}.{name}") for name, v in value.items())
        return next(filter(None, found), None)
    return None


def least(schema: Any, defs: Any) -> Any:
    """The plainest value that fits a schema: empty strings, empty lists, zeros."""
    if "$ref" in schema:
        return least(defs[schema["$ref"].removeprefix("#/$defs/")], defs)
    for keyword in ("anyOf", "allOf"):
        if keyword in schema:
            return least(schema[keyword][0], defs)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "object":
        return {name: least(part, defs) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [least(schema["items"], defs)] * schema.get("minItems", 0)
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}[kind]
