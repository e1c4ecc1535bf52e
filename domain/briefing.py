"""A briefing: what a translator is told about a job, and its validation."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from domain.errors import BriefingError
from domain.languages import normalized


class TermStatus(StrEnum):
    """How binding a glossary entry is."""

    APPROVED = "approved"
    PENDING = "pending"
    DEPRECATED = "deprecated"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GlossaryEntry(_Strict):
    """A term and what it must become.

    Attributes:
        term: as it is written in the source language.
        translations: by target language, BCP-47.
        context: which sense is meant.
        forbidden_alternatives: words that must not stand for it in a translation.
        do_not_translate: the term stays as it is.
        status: `approved` is enforced, `pending` only suggested, `deprecated` ignored.
    """

    term: str = Field(min_length=1, max_length=200)
    translations: dict[str, str] = Field(default_factory=dict)
    context: str | None = None
    domain: str | None = None
    forbidden_alternatives: tuple[str, ...] = ()
    do_not_translate: bool = False
    case_sensitive: bool = False
    status: TermStatus = TermStatus.APPROVED

    @field_validator("term")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a term can't be blank")
        return value.strip()

    @field_validator("translations")
    @classmethod
    def _known_languages(cls, value: dict[str, str]) -> dict[str, str]:
        known = {normalized(code): text for code, text in value.items()}
        if len(known) < len(value):
            raise ValueError("a language stands there twice")
        return known


class MaxChars(_Strict):
    """A segment's translation has at most `value` characters."""

    type: Literal["max_chars"]
    value: int = Field(gt=0)


class Briefing(_Strict):
    """What a translator is told about one job: one source language, one target language.

    `text` and `texts` of a submission are its document and not part of this; `glossary_ids` and
    glossary files are resolved into `glossary` before.

    Attributes:
        source_lang: BCP-47.
        target_lang: BCP-47.
        instructions: 2,000 characters at most.
        source_review: None takes the setting's default.
        paths: which keys, cells or columns are translated, as `domain.plan.wanted` reads them.
        metadata: passed through untouched.
    """

    source_lang: str
    target_lang: str
    domain: str | None = Field(default=None, max_length=200)
    tone: str | None = Field(default=None, max_length=200)
    text_type: str | None = Field(default=None, max_length=200)
    instructions: str | None = Field(default=None, max_length=2000)
    style_reference: str | None = Field(default=None, max_length=2000)
    glossary: tuple[GlossaryEntry, ...] = ()
    constraints: tuple[MaxChars, ...] = ()
    source_review: bool | None = None
    paths: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)

    @field_validator("source_lang", "target_lang")
    @classmethod
    def _known_language(cls, value: str) -> str:
        return normalized(value)

    @property
    def max_chars(self) -> int | None:
        """The tightest `max_chars` constraint, in characters."""
        return min((c.value for c in self.constraints), default=None)


def read_briefing(fields: dict[str, Any], *, where: str | None = None) -> Briefing:
    """A validated briefing.

    Args:
        fields: as from TOML, JSON or a manifest's row.
        where: the file they came from, for the message.

    Raises:
        BriefingError: a field is unknown, missing or malformed; it names the first such field.
    """
    try:
        briefing = Briefing.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join((*Briefing.model_fields, "glossary_ids"))
            raise BriefingError(
                f"unknown field; known are {known}", where=where, field=field
            ) from None
        message = str(first["msg"]).removeprefix("Value error, ").replace("tuple", "list")
        raise BriefingError(message, where=where, field=field) from None
    if briefing.source_lang == briefing.target_lang:
        raise BriefingError(
            f"source and target are both {briefing.target_lang!r}", where=where, field="target_lang"
        )
    return briefing
