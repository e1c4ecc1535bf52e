"""What a submission says about its documents: briefing files, glossaries, several languages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.briefing import Briefing, read_briefing
from domain.errors import BriefingError
from domain.glossary.glossaries import Glossary
from tasks.intake.glossaries import glossary_named, read_text, resolved
from tasks.intake.links import leads_outside, refused_link

_TOML_PLACE = re.compile(r"\(at line (\d+), column \d+\)")
_LATER = ("dialect", "paths", "by_key", "protect", "notes")
"""Fields that older briefings do not have: an empty one must not make another briefing of them."""

_LIST = ("target_lang", "glossary_ids")


@dataclass(frozen=True, slots=True)
class Order:
    """A document is wanted in one language: its briefing, and the same as JSON to be stored."""

    briefing: Briefing
    text: str


def orders(
    fields: Mapping[str, Any],
    *,
    where: str | None = None,
    line: int | None = None,
    remedy: str | None = None,
) -> tuple[Order, ...]:
    """An order a target language, in the order given, each language once.

    Args:
        fields: of a briefing, `target_lang` being one or several.
        where: the file they came from, for messages.
        line: the line or row in it.
        remedy: what to do where a language is not given; None: what helps by hand.

    Raises:
        BriefingError: a field is unknown, missing or malformed.
    """
    try:
        return tuple(_order(fields, target) for target in _targets(fields, remedy))
    except BriefingError as error:
        raise BriefingError(error.message, where=where, line=line, field=error.field) from None


def _targets(fields: Mapping[str, Any], remedy: str | None) -> tuple[str, ...]:
    for field, option in (("source_lang", "--from"), ("target_lang", "--to")):
        if not fields.get(field):
            said = remedy or f"say it with {option}, in the briefing or in the manifest"
            raise BriefingError(f"not given; {said}", field=field)
    targets = fields["target_lang"]
    several = [targets] if isinstance(targets, str) else targets
    if not isinstance(several, list | tuple) or any(isinstance(t, list | dict) for t in several):
        raise BriefingError("write one language or a list of them", field="target_lang")
    return tuple(dict.fromkeys(several))


def _order(fields: Mapping[str, Any], target: str) -> Order:
    given = _items(fields.get("glossary"))
    has_whole = any(isinstance(item, Glossary) for item in given)
    if has_whole:
        entries = tuple(item for item in given if not isinstance(item, Glossary))
        fields = {**fields, "glossary": entries}
    briefing = read_briefing({**fields, "target_lang": target})
    if has_whole:
        briefing = resolved(briefing, given)
    return _order_of(briefing)


def _order_of(briefing: Briefing) -> Order:
    try:
        content = briefing.model_dump(mode="json")
        for field in _LATER:
            if not content[field]:
                del content[field]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise BriefingError(f"it can't be written as JSON: {error}") from None
    return Order(briefing, text)


def with_protection(order: Order, patterns: Sequence[str]) -> Order:
    """The same with more patterns of what stays as it is, behind those that its briefing has."""
    if not patterns:
        return order
    together = tuple(dict.fromkeys((*order.briefing.protect, *patterns)))
    return _order_of(order.briefing.model_copy(update={"protect": together}))


def read_briefing_file(
    path: Path, *, where: str | None = None, within: Path | None = None
) -> dict[str, Any]:
    """The fields of a briefing in TOML; glossaries it names by id are read into `glossary`.

    `text` or `texts`, a document of the briefing's own, is among the fields where it is given.

    Args:
        where: its name in messages; its path where None.
        within: a folder that it and its glossaries must lie in, links followed; None: anywhere.

    Raises:
        BriefingError: it can't be read, or is no TOML.
        GlossaryError: a glossary it names can't be used.
    """
    where = where or str(path)
    if within is not None and leads_outside(path, within):
        raise refused_link(path, BriefingError)
    try:
        fields = tomllib.loads(read_text(path, where, BriefingError))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        message = _TOML_PLACE.sub("", str(error)).strip()
        line = int(place[1]) if place else None
        raise BriefingError(f"not TOML: {message}", where=where, line=line) from None
    except RecursionError:
        raise BriefingError("an array or table in it is nested too deep", where=where) from None
    for field in _LIST:
        if isinstance(fields.get(field), str):
            fields[field] = [fields[field]]
    try:
        _check_document(fields)
        return with_glossaries(fields, path.parent, within=within)
    except BriefingError as error:
        raise BriefingError(error.message, where=where, field=error.field) from None


def _check_document(fields: Mapping[str, Any]) -> None:
    """See to it that a document of the briefing's own is one.

    Raises:
        BriefingError: it is no text, no list of texts, or both.
    """
    text, texts = fields.get("text", ""), fields.get("texts", [])
    if not isinstance(text, str):
        raise BriefingError("write a string", field="text")
    if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
        raise BriefingError('write a list of strings, such as ["Save", "Open"]', field="texts")
    if "text" in fields and "texts" in fields:
        raise BriefingError("give only one of text and texts", field="texts")


def with_glossaries(
    fields: Mapping[str, Any], folder: Path, *, within: Path | None = None
) -> dict[str, Any]:
    """The fields with each glossary named in `glossary_ids` read from a folder.

    Args:
        within: a folder that glossaries must lie in, links followed; None: anywhere.

    Raises:
        BriefingError: an id is no plain name.
        GlossaryError: a glossary is missing or can't be used.
    """
    ids = fields.get("glossary_ids") or ()
    if not isinstance(ids, list | tuple):
        raise BriefingError("write a list of names of glossaries", field="glossary_ids")
    glossaries = [glossary_named(name, folder, within) for name in ids]
    rest = {field: value for field, value in fields.items() if field != "glossary_ids"}
    return with_terms(rest, *glossaries)


def with_terms(fields: Mapping[str, Any], *glossaries: Glossary) -> dict[str, Any]:
    """The fields with more glossaries, which count less than those they have."""
    if not glossaries:
        return dict(fields)
    return {**fields, "glossary": (*_items(fields.get("glossary")), *glossaries)}


def with_terms_first(fields: Mapping[str, Any], *glossaries: Glossary) -> dict[str, Any]:
    """The fields with more glossaries, which count more than those they have."""
    return {**fields, "glossary": (*glossaries, *_items(fields.get("glossary")))}


def _items(glossary: Any) -> tuple[Any, ...]:
    """What stands in the field; what is no list is left for validation to name."""
    if glossary is None:
        return ()
    return tuple(glossary) if isinstance(glossary, list | tuple) else (glossary,)
