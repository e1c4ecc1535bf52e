"""The settings, each with its meaning, default and check."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from domain.addresses import networks_of
from domain.check_names import CERTAIN, CheckName, check_names
from domain.dialect_names import DialectName
from domain.errors import SettingError
from domain.given_settings import HOME, MAX_ATTEMPTS, Given, given
from domain.modest_models import is_modest
from domain.named_models import NamedModel, named
from domain.placeholders.own_patterns import checked_patterns

OPENAI_BASE_URL = "https://api.openai.com/v1"
"""Where OpenAI's own server speaks chat completions."""

MODEST_SEGMENTS = 8
"""Segments in one request to a modest model."""

SHIPPED_EUR_PER_USD = Decimal("0.8673")
SHIPPED_FX_DATE = date(2026, 11, 2)


def _address(text: str) -> str:
    if re.fullmatch(r"https?://[^\s/?#()|]+(/[^\s?#()|]*)?", text) is None:
        raise ValueError("write it as https://host or https://host/path")
    return text.rstrip("/")


Effort = Literal["off", "low", "medium", "high"]
Address = Annotated[str, AfterValidator(_address)]
"""Of pages, without a slash at the end."""


class ModelPrice(BaseModel):
    """What the tokens of a model cost that no price list has.

    Attributes:
        input: USD per million input tokens, whether cached or not.
        output: USD per million output tokens.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


def _request_size(messages: int, *, batches: int, modest: int) -> Callable[[dict[str, Any]], int]:
    def size(chosen: dict[str, Any]) -> int:
        translators = chosen.get("translator_models") or [chosen.get("translator_model")]
        models = [
            named(text, "").model for text in (translators[0], chosen.get("qa_model")) if text
        ]
        prices = chosen.get("prices", {})
        if any(is_modest(model, has_set_price=model in prices) for model in models):
            return modest
        return batches if chosen.get("transport") == "batches" else messages

    return size


class Settings(BaseModel):
    """What a run goes by. Each field is `NIGHTDESK_` and its name in capitals.

    Attributes:
        home: where state lives: a folder, or s3://bucket/prefix.
        cache: the folder that keeps on this machine what a home on s3:// has; None is
            `nightdesk` where the user's caches are.
        engine: who translates; who is asked for models that are named without an engine.
        openai_base_url: where the server is that speaks chat completions; None is OpenAI's own.
        transport: how requests to the engine travel: each at once by itself, or in batches at
            half the price, within 24 hours.
        translator_model: the model that translates and corrects, as `model` or `engine:model`.
        translator_models: several in its place: what one refuses or can't do goes to the next.
        qa_model: the model that reviews sources and assesses translations.
        qa_second_model: the model that assesses where that one is not believed; None: nobody.
        translator_effort: how much the translating model may think first; `off` is as little as
            the model can.
        qa_effort: the same for the model that reviews and assesses.
        prompt_cache: whether what requests share is cached at the engine.
        pack_segments: segments in one request at most: larger requests are cheaper, smaller ones
            answered sooner, which matters less in batches, and better by modest models.
        pack_tokens: tokens of source text in one request at most; a longer segment goes alone.
        fresh: whether everything is translated anew, whatever the translation memory holds.
        budget_eur: EUR a night may spend; None is without a limit.
        provider: who sells the models' tokens, as the price list names them; None: the engine or
            its address says so.
        prices: of models that the price list lacks or that cost something else here.
        limits_share: how much of the account's limits is used, above 0 to 1.
        max_in_flight: requests under way at once.
        outage_hours: hours that a night waits for a model that can't be asked, at most.
        max_jobs: jobs under way at once.
        workers: Prefect workers a night's jobs are spread over; 0: the night works on them itself.
        segments_per_task: segments one Prefect task run covers, or `auto`.
        jobs_per_flow: jobs one Prefect flow run covers, or `auto`.
        target_score: below it a segment is corrected, 0 to 100.
        minimum_score: below it after the last loop a job needs review, 0 to 100.
        checks_off: checks of translations that are not made, by their names, such as
            `whitespace, length`.
        checks_certain: checks whose major and critical findings fail a segment that keeps one,
            whatever its score, by their names.
        foreign_share: share of a job's segments, 0 to 1, above which those that read as
            untranslated or as another language fail, whatever `checks_certain` says.
        judged_days: days for which it counts what a model that assesses made of planted errors; 0:
            none are planted, and every assessment is believed.
        correction_loops: corrections of a segment at most.
        max_attempts: attempts of a job before what fails is given up for good.
        requests_per_minute: requests a minute that each API key is answered.
        trusted_proxies: networks whose word is taken on the address and the scheme of those they
            speak for, such as `127.0.0.1, 10.0.0.0/8`.
        webhook_allow: networks that webhooks may be sent to though they are not public, such as
            `127.0.0.1, 10.0.0.0/8`.
        dashboard_url: where the pages are for those who look at Prefect's UI, which links to them;
            None: it has no links.
        prefect_ui_url: where Prefect's UI is for those who look at the pages, likewise.
        server_minutes: minutes for which a Prefect server of Nightdesk's own stays for the next
            night, once no night uses it; 0 ends it with the last.
        keep_days: days after which a job that ended is let go of; None: it stays for good.
        markdown_dialect: the dialect of Markdown documents where neither their briefing, nor the
            site they lie in, nor their text tells one.
        protect: patterns of what stays as it is within texts of documents that are handed in, as
            `domain.placeholders.own_patterns` reads them; in a variable one a line.
        source_review: whether the source is reviewed where the briefing doesn't say.
        brief: whether the supervisor asks for a summary and terms of each document first.
        eur_per_usd: EUR for one USD.
        fx_date: the day of that rate.
        inbox: where `nightly` finds new documents and manifests.
        outbox: where it leaves results.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: str = Field(default=HOME, min_length=1)
    cache: str | None = Field(default=None, min_length=1)
    engine: Literal["claude", "openai", "apertium"] = "claude"
    openai_base_url: Address | None = None
    transport: Literal["messages", "batches"] = "messages"
    translator_model: str = Field(default="claude-sonnet-5-5", min_length=1)
    translator_models: tuple[str, ...] = ()
    qa_model: str = Field(default="claude-haiku-5-5", min_length=1)
    qa_second_model: str | None = Field(default=None, min_length=1)
    translator_effort: Effort = "off"
    qa_effort: Effort = "off"
    prompt_cache: bool = True
    prices: Mapping[str, ModelPrice] = {}
    pack_segments: int = Field(
        default_factory=_request_size(100, batches=120, modest=MODEST_SEGMENTS), ge=1
    )
    pack_tokens: int = Field(default_factory=_request_size(1_500, batches=3_000, modest=300), ge=1)
    fresh: bool = False
    budget_eur: Decimal | None = Field(default=None, gt=0)
    provider: str | None = Field(default=None, min_length=1)
    limits_share: float = Field(default=1.0, gt=0, le=1)
    max_in_flight: int = Field(default=64, ge=1)
    outage_hours: float = Field(default=6, ge=0, allow_inf_nan=False)
    max_jobs: int = Field(default=32, ge=1)
    workers: int = Field(default=0, ge=0)
    segments_per_task: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    jobs_per_flow: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    target_score: float = Field(default=95, ge=0, le=100)
    minimum_score: float = Field(default=80, ge=0, le=100)
    checks_off: tuple[CheckName, ...] = ()
    checks_certain: tuple[CheckName, ...] = CERTAIN
    foreign_share: float = Field(default=0.05, ge=0, le=1, allow_inf_nan=False)
    judged_days: int = Field(default=7, ge=0)
    correction_loops: int = Field(default=2, ge=0)
    max_attempts: int = Field(default=MAX_ATTEMPTS, ge=1)
    requests_per_minute: int = Field(default=6_000, ge=1)
    trusted_proxies: str = "127.0.0.1"
    webhook_allow: str = ""
    dashboard_url: Address | None = None
    prefect_ui_url: Address | None = None
    server_minutes: float = Field(default=5, ge=0, allow_inf_nan=False)
    keep_days: int | None = Field(default=None, ge=1)
    markdown_dialect: DialectName = "commonmark"
    protect: tuple[str, ...] = ()
    source_review: bool = False
    brief: bool = False
    eur_per_usd: Decimal = Field(default=SHIPPED_EUR_PER_USD, gt=0)
    fx_date: date = SHIPPED_FX_DATE
    inbox: str = Field(default="inbox", min_length=1)
    outbox: str = Field(default="outbox", min_length=1)

    @field_validator(
        "pack_segments",
        "pack_tokens",
        "budget_eur",
        "limits_share",
        "max_in_flight",
        "outage_hours",
        "max_jobs",
        "workers",
        "segments_per_task",
        "jobs_per_flow",
        "judged_days",
        "correction_loops",
        "max_attempts",
        "requests_per_minute",
        "server_minutes",
        "keep_days",
        mode="before",
    )
    @classmethod
    def _no_truth_value(cls, value: object) -> object:
        if isinstance(value, bool):  # pydantic takes `true` for 1
            raise ValueError("Input should be a valid integer")
        return value

    @field_validator("trusted_proxies", "webhook_allow")
    @classmethod
    def _networks(cls, value: str) -> str:
        networks_of(value)
        return value

    @field_validator("checks_off", "checks_certain", mode="before")
    @classmethod
    def _checks_by_name(cls, value: object) -> object:
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, (list, tuple)) or not all(isinstance(w, str) for w in words):
            raise ValueError("write it as a list of names")
        return check_names(words)

    @field_validator("protect", mode="before")
    @classmethod
    def _a_pattern_a_line(cls, value: object) -> object:
        return value.splitlines() if isinstance(value, str) else value

    @field_validator("protect")
    @classmethod
    def _usable_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return checked_patterns(value) if value else value

    @field_validator("translator_models", mode="before")
    @classmethod
    def _chain_of_names(cls, value: object) -> object:
        names = value.split(",") if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
            raise ValueError('write it as a list, such as ["claude:MODEL", "openai:MODEL"]')
        found = [name.strip() for name in names]
        if not all(found) and found != [""]:
            raise ValueError("a name in it is empty")
        return tuple(filter(None, found))

    @field_validator("translator_model", "translator_models", "qa_model", "qa_second_model")
    @classmethod
    def _models_named(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for text in [value] if isinstance(value, str) else value or ():
            named(text, "")
        return value

    @field_validator("prices", mode="before")
    @classmethod
    def _prices_as_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:  # as an environment variable has them
            return json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise ValueError("is no JSON; see docs/local-models.md") from None

    @model_validator(mode="after")
    def _scores_in_order(self) -> Self:
        if self.minimum_score > self.target_score:
            raise ValueError("minimum_score is above target_score")
        if {"eur_per_usd", "fx_date"} & self.model_fields_set in (
            {"eur_per_usd"},
            {"fx_date"},
        ):
            raise ValueError("eur_per_usd and fx_date must be set together")
        return self

    @model_validator(mode="after")
    def _what_an_engine_has(self) -> Self:
        if "openai" in self.engines and self.transport == "batches":
            raise ValueError(
                'transport = "batches" is not to be had with engine = "openai"; '
                'set transport = "messages"'
            )
        unset = {"translator_model", "qa_model"} - self.model_fields_set
        if self.translator_models:
            unset -= {"translator_model"}
        if self.engine == "openai" and unset:
            raise ValueError(
                f'engine = "openai" has no model by default; set {" and ".join(sorted(unset))}'
            )
        return self

    @model_validator(mode="after")
    def _one_chain(self) -> Self:
        chain = self.translators
        if len(set(chain)) < len(chain):
            raise ValueError("translator_models names a model twice")
        if self.translator_models and "translator_model" in self.model_fields_set:
            raise ValueError("translator_model and translator_models are both set; set one of them")
        several = [name for name in ("translator_models", "qa_second_model") if getattr(self, name)]
        if several and self.engine == "apertium":
            raise ValueError(f'{several[0]} is not to be had with engine = "apertium"')
        if len(set(self.judges)) < len(self.judges):
            raise ValueError("qa_second_model is the same as qa_model")
        return self

    @property
    def translators(self) -> tuple[NamedModel, ...]:
        """The models that translate, in the order in which they are asked; at least one."""
        return tuple(
            self._named(text) for text in self.translator_models or [self.translator_model]
        )

    @property
    def judge(self) -> NamedModel:
        """The model that reviews sources and assesses translations."""
        return self._named(self.qa_model)

    @property
    def judges(self) -> tuple[NamedModel, ...]:
        """The models that assess, each where those before it are not believed; at least one."""
        second = self.qa_second_model
        return (self.judge,) if second is None else (self.judge, self._named(second))

    @property
    def models(self) -> tuple[NamedModel, ...]:
        """All models that may be asked, each once."""
        return tuple(dict.fromkeys((*self.translators, *self.judges)))

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that may be asked, that of the first translator first."""
        return tuple(dict.fromkeys(model.engine for model in self.models))

    def _named(self, text: str) -> NamedModel:
        return (
            NamedModel(self.engine, text) if self.engine == "apertium" else named(text, self.engine)
        )

    def most_segments(self, model: str) -> int:
        """Segments that one request to a model may hold: few for a modest one, unless it is set."""
        if "pack_segments" in self.model_fields_set or not self.is_modest(model):
            return self.pack_segments
        return min(self.pack_segments, MODEST_SEGMENTS)

    def is_modest(self, model: str) -> bool:
        """Whether a model has short instructions and small requests of its own documents alone."""
        return is_modest(model, has_set_price=model in self.prices)


def settings_from(
    file: Mapping[str, Any], environ: Mapping[str, str], options: Mapping[str, Any]
) -> Settings:
    """Settings from a file's table, overridden by the environment, overridden by options.

    Args:
        file: the content of `nightdesk.toml`.
        environ: all environment variables; only those that begin with `NIGHTDESK_` count.
        options: by field name; None is not set.

    Raises:
        SettingError: a setting is unknown or malformed; it names it as its source does.
    """
    return checked(given(file, environ, options))


def checked(given: Given) -> Settings:
    """The settings that were given.

    Raises:
        SettingError: one is unknown or malformed; it names it as its source does.
    """
    values, names = given
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        inner = [str(part) for part in first["loc"][1:]] if key == "prices" else []
        field = ".".join([names.get(key, key), *inner]) or None
        if first["type"] == "extra_forbidden":
            raise SettingError("unknown setting; see docs/settings.md", field=field) from None
        message = str(first["msg"]).removeprefix("Value error, ")
        raise SettingError(message, field=field) from None
