"""A briefing: what a translator is told about a job, and its validation."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
)

from domain.dialect_names import DialectName
from domain.errors import BriefingError
from domain.languages import normalized
from domain.placeholders.own_patterns import checked_patterns


class TermStatus(StrEnum):
    """How binding a glossary entry is."""

    APPROVED = "approved"
    PENDING = "pending"
    DEPRECATED = "deprecated"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Pattern = Annotated[str, Field(min_length=1, max_length=200)]


class GlossaryEntry(_Strict):
    """A term and what it must become.

    Attributes:
        term: as it is written in the source language.
        translations: by target language, BCP-47.
        context: which sense is meant.
        admitted: words that may stand for it as well as its translation.
        forbidden_alternatives: words that must not stand for it in a translation.
        do_not_translate: the term stays as it is.
        status: `approved` is enforced, `pending` only suggested, `deprecated` ignored.
    """

    term: str = Field(min_length=1, max_length=200)
    translations: dict[str, str] = Field(default_factory=dict)
    context: str | None = None
    domain: str | None = None
    admitted: tuple[str, ...] = ()
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

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Nothing is written of `admitted` where there is none, as before there was any."""
        content: dict[str, Any] = handler(self)
        if not content.get("admitted", True):
            del content["admitted"]
        return content

    @field_validator("translations")
    @classmethod
    def _known_languages(cls, value: dict[str, str]) -> dict[str, str]:
        known = {normalized(code): text for code, text in value.items()}
        if len(known) < len(value):
            raise ValueError("a language stands there twice")
        return known


class MaxChars(_Strict):
    """A segment's translation has at most `value` characters.

    Attributes:
        path: of which keys, cells or columns, as a pattern of `domain.document.plan.wanted`; None:
            of all.
    """

    type: Literal["max_chars"]
    value: int = Field(gt=0)
    path: _Pattern | None = None

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Nothing is written of `path` where there is none, as before there was any."""
        content: dict[str, Any] = handler(self)
        return {name: value for name, value in content.items() if value is not None}


class Formality(_Strict):
    """How the reader is addressed, where the target language makes a difference."""

    type: Literal["formality"]
    value: Literal["formal", "informal"]


Constraint = Annotated[MaxChars | Formality, Field(discriminator="type")]


class Briefing(_Strict):
    """What a translator is told about one job: one source language, one target language.

    `text` and `texts` of a submission are its document and not part of this; `glossary_ids` and
    glossary files are resolved into `glossary` before.

    Attributes:
        source_lang: BCP-47.
        target_lang: BCP-47.
        instructions: 2,000 characters at most.
        source_review: None takes the setting's default.
        alone: whether no request holds its documents beside others.
        dialect: of Markdown, that its documents are read in; None: as their site, their text or the
            setting says.
        paths: which keys, cells or columns are translated, as `domain.document.plan.wanted` reads
            them.
        by_key: which keys, cells or columns have texts that are the same as others only at the very
            same key, as patterns of `domain.document.plan.wanted`.
        protect: patterns of what stays as it is within texts, as
            `domain.placeholders.own_patterns` reads them.
        notes: what translators are told of texts, by patterns of their keys, cells or columns.
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
    constraints: tuple[Constraint, ...] = ()
    source_review: bool | None = None
    alone: bool = False
    dialect: DialectName | None = None
    paths: tuple[_Pattern, ...] = ()
    by_key: tuple[_Pattern, ...] = ()
    protect: tuple[str, ...] = ()
    notes: dict[_Pattern, Annotated[str, Field(max_length=500)]] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)

    @field_validator("source_lang", "target_lang")
    @classmethod
    def _known_language(cls, value: str) -> str:
        return normalized(value)

    @field_validator("protect")
    @classmethod
    def _usable_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return checked_patterns(value) if value else value

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Nothing is written of `alone` where it is not asked for, as before it could be."""
        content: dict[str, Any] = handler(self)
        if not content.get("alone", True):
            del content["alone"]
        return content

    @property
    def max_chars(self) -> int | None:
        """The tightest `max_chars` constraint on all texts, in characters."""
        limits = (c for c in self.constraints if isinstance(c, MaxChars) and c.path is None)
        return min((limit.value for limit in limits), default=None)

    @property
    def formality(self) -> Literal["formal", "informal"] | None:
        """How the reader is to be addressed; the last such constraint counts."""
        wanted = [c.value for c in self.constraints if isinstance(c, Formality)]
        return wanted[-1] if wanted else None


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
        place = list(first["loc"])
        if place[0] == "constraints":
            del place[2:3]  # the constraint's type, which is no field
        field = ".".join(map(str, place))
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
