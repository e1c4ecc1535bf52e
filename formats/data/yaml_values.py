"""YAML: the strings that are values; keys, comments, anchors, tags and layout stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common import slots
from formats.common.encoding import decode
from formats.common.prose import has_prose
from formats.common.slotted import Slotted
from formats.data.message_format import unquoted, without_choices

_STRING_TAG = "tag:yaml.org,2002:str"
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*+\s++)*+")
_PLAIN = re.compile(r"[^\W\d_](?:[\w .()/+;’'-]|,(?= )|:(?=\w))*+(?<![ :])")
_WORDS = frozenset(["y", "n", "yes", "no", "true", "false", "on", "off", "null"])
_HEADER = re.compile(r"[|>][0-9+-]*+[ \t]*+(?:#[^\n]*+)?\r?\n")


@dataclass(frozen=True, slots=True)
class _Scalar:
    start: int
    end: int
    unit: Unit
    written: str
    style: str | None
    in_flow: bool
    is_icu: bool = False

    def put(self, translation: str) -> str | None:
        if self.is_icu:
            translation = unquoted(translation, self.unit.text)
        if self.style in ("|", ">"):
            return self._block(translation) or _quoted(translation) + self._end()
        if self.style == "'" and "\n" not in translation and translation.isprintable():
            return "'{}'".format(translation.replace("'", "''"))
        if self.style is None and self._is_plain(translation):
            return translation
        return _quoted(translation)

    def _end(self) -> str:
        return self.written[len(self.written.rstrip(" \r\n")) :]

    def _is_plain(self, text: str) -> bool:
        """Whether it means itself without quotes; a comma parts the items of a flow."""
        is_plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
        return is_plain and not (self.in_flow and "," in text)

    def _block(self, translation: str) -> str | None:
        """The translation as a block of the same kind, with the source's indentation and end."""
        header = _HEADER.match(self.written)
        body = self.written[header.end() :] if header else ""
        if header is None or not _is_printable(translation) or header[0][1:2].isdigit():
            return None
        first = body.lstrip("\r\n")
        indent = first[: len(first) - len(first.lstrip(" "))]
        end_of_line = "\r\n" if header[0].endswith("\r\n") else "\n"
        between = end_of_line if self.style == "|" else 2 * end_of_line
        lines = self._lines(translation.strip().split("\n"))
        return (
            header[0] + between.join(indent + line if line else "" for line in lines) + self._end()
        )

    def _lines(self, lines: Sequence[str]) -> list[str]:
        """The lines of a block; where there are as many as in the source, indented as there."""
        if self.style == ">":
            return [line.strip() for line in lines if line.strip()]
        before = self.unit.text.strip().split("\n")
        if len(before) == len(lines):
            indents = [line[: len(line) - len(line.lstrip(" "))] for line in before]
        else:
            indents = ["", *(line[: len(line) - len(line.lstrip(" "))] for line in lines[1:])]
        return [
            indent + line.strip() if line.strip() else ""
            for indent, line in zip(indents, lines, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class YamlFormat(Slotted):
    """YAML 1.2, several documents in a file too; what bears a tag of its own is left alone."""

    name: str = "yaml"
    suffixes: tuple[str, ...] = (".yaml", ".yml")
    media_type: str = "application/yaml"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """A string with prose; its path is its keys with dots between them."""
        return values(text)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether keys, numbers, tags, aliases and the kinds of all values are the same."""
        try:
            after = list(_shape(_composed(decode(translated).text)))
        except DocumentError as error:
            return f"it is no YAML any more: {error}"
        before = list(_shape(_composed(decode(source).text)))
        for here, there in zip(before, after, strict=False):
            if here != there:
                return f"at {here[0]}: {here[1]} became {there[1]}"
        if len(before) != len(after):
            return f"{len(before)} values became {len(after)}"
        return None


def _composed(text: str) -> list[Node]:
    """The documents of a file, their aliases not resolved.

    Raises:
        DocumentError: it is no YAML; with the line.
    """
    try:
        return [node for node in YAML(typ="safe", pure=True).compose_all(text) if node]
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DocumentError(f"this is not YAML: {error.problem}", line=line) from None
    except YAMLError as error:
        raise DocumentError(f"this is not YAML: {error}") from None
    except RecursionError:
        raise DocumentError("lists or mappings in it are nested too deep") from None


def _scalars(documents: Sequence[Node]) -> Iterator[tuple[str, Node, bool]]:
    """All that is a value and holds no others, once each; an alias is a repeat.

    Yields:
        Its path, itself, and whether it is in a flow: `[a, b]`.
    """
    seen: set[int] = set()
    several = len(documents) > 1
    stack = [(str(number) if several else "", node, False) for number, node in enumerate(documents)]
    stack.reverse()
    while stack:
        path, node, in_flow = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        inner: list[tuple[str, Node]] = []
        if isinstance(node, MappingNode):
            inner = [(_key(key), value) for key, value in node.value]
        elif isinstance(node, SequenceNode):
            inner = [(str(number), value) for number, value in enumerate(node.value)]
        else:
            yield path, node, in_flow
        in_flow = in_flow or bool(getattr(node, "flow_style", False))
        stack += [(f"{path}.{key}".lstrip("."), value, in_flow) for key, value in reversed(inner)]


def _key(node: Node) -> str:
    return node.value if isinstance(node, ScalarNode) else "?"


def _shape(documents: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """Path and kind of all values; of those that are no strings, the value itself."""
    for path, node, _ in _scalars(documents):
        yield path, "a string" if _is_text(node) else f"{node.tag} {node.value}"


def _is_text(node: Node) -> bool:
    """Whether a value is a string, and no symbol of Ruby's: `:year`, without quotes."""
    is_symbol = not getattr(node, "style", None) and str(node.value).startswith(":")
    return node.tag == _STRING_TAG and not is_symbol


def values(text: str) -> list[_Scalar]:
    """The strings with prose, in order.

    Raises:
        DocumentError: it is no YAML.
    """
    found = []
    for path, node, in_flow in _scalars(_composed(text)):
        if not isinstance(node, ScalarNode) or not _is_text(node) or not has_prose(node.value):
            continue
        start, end = node.start_mark.index, node.end_mark.index
        properties = _PROPERTIES.match(text, start, end)
        start = properties.end() if properties and text[start] in "&!" else start
        unit = Unit(node.value, role="label", path=path)
        found.append(_Scalar(start, end, unit, text[start:end], node.style, in_flow))
    flags = without_choices([slot.unit.text for slot in found])
    marked = [replace(slot, is_icu=flag) for slot, flag in zip(found, flags, strict=True)]
    return sorted(marked, key=lambda slot: slot.start)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not _is_printable(text))


def _is_printable(text: str) -> bool:
    """Whether YAML takes all characters of a text as they are."""
    return all(character.isprintable() or character in "\n\t" for character in text)
