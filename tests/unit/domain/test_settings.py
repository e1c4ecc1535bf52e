"""Settings: three sources, one order, clear errors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import SettingError
from domain.given_settings import given, place_in
from domain.settings import ModelPrice, Settings, settings_from


def test_defaults() -> None:
    """Without any source, the documented defaults hold."""
    settings = settings_from({}, {"PATH": "/bin", "ANTHROPIC_API_KEY": "k"}, {})
    assert settings == Settings()
    assert (settings.home, settings.engine, settings.transport) == (
        ".nightdesk",
        "claude",
        "messages",
    )
    assert (settings.max_in_flight, settings.max_jobs) == (64, 32)
    assert (settings.segments_per_task, settings.jobs_per_flow) == ("auto", "auto")
    assert (settings.target_score, settings.minimum_score) == (95, 80)
    assert (settings.correction_loops, settings.max_attempts) == (2, 3)
    assert settings.source_review is False
    assert (settings.inbox, settings.outbox) == ("inbox", "outbox")


def test_order() -> None:
    """The environment overrides the file, options override both; None is no option."""
    settings = settings_from(
        {"max_jobs": 1, "max_in_flight": 1, "home": "file"},
        {"NIGHTDESK_MAX_JOBS": "2", "NIGHTDESK_MAX_IN_FLIGHT": "2"},
        {"max_jobs": 3, "home": None},
    )
    assert (settings.max_jobs, settings.max_in_flight, settings.home) == (3, 2, "file")


def test_text_from_the_environment() -> None:
    """Numbers, truth values and dates are read from text."""
    settings = settings_from(
        {},
        {
            "NIGHTDESK_SEGMENTS_PER_TASK": "25",
            "NIGHTDESK_JOBS_PER_FLOW": "auto",
            "NIGHTDESK_SOURCE_REVIEW": "true",
            "NIGHTDESK_EUR_PER_USD": "0.91",
            "NIGHTDESK_FX_DATE": "2026-11-06",
        },
        {},
    )
    assert (settings.segments_per_task, settings.jobs_per_flow) == (25, "auto")
    assert settings.source_review is True
    assert (settings.eur_per_usd, settings.fx_date) == (Decimal("0.91"), date(2026, 11, 6))


@pytest.mark.parametrize(
    ("file", "environ", "options", "message"),
    [
        (
            {},
            {"NIGHTDESK_DASHBOARD_URL": "javascript:alert(1)"},
            {},
            "NIGHTDESK_DASHBOARD_URL: write it as https://host or https://host/path",
        ),
        (
            {"prefect_ui_url": "https://prefect.example/?tag=x"},
            {},
            {},
            "nightdesk.toml: prefect_ui_url: write it as https://host or https://host/path",
        ),
        (
            {"colour": "red"},
            {},
            {},
            "nightdesk.toml: colour: unknown setting; see docs/settings.md",
        ),
        (
            {},
            {"NIGHTDESK_COLOUR": "red"},
            {},
            "NIGHTDESK_COLOUR: unknown setting; see docs/settings.md",
        ),
        (
            {},
            {},
            {"max_jobs": 0},
            "--max-jobs: Input should be greater than or equal to 1",
        ),
        (
            {"max_jobs": 4},
            {"NIGHTDESK_MAX_JOBS": "many"},
            {},
            "NIGHTDESK_MAX_JOBS: Input should be a valid integer, "
            "unable to parse string as an integer",
        ),
        (
            {"max_in_flight": True},
            {},
            {},
            "nightdesk.toml: max_in_flight: Input should be a valid integer",
        ),
        (
            {},
            {"NIGHTDESK_SEGMENTS_PER_TASK": "0"},
            {},
            "NIGHTDESK_SEGMENTS_PER_TASK: Input should be greater than or equal to 1",
        ),
        (
            {},
            {"NIGHTDESK_INBOX": ""},
            {},
            "NIGHTDESK_INBOX: String should have at least 1 character",
        ),
        (
            {"engine": "deepl"},
            {},
            {},
            "nightdesk.toml: engine: Input should be 'claude', 'openai' or 'apertium'",
        ),
        (
            {},
            {"NIGHTDESK_PROTECT": "<<x>>\n(a"},
            {},
            "NIGHTDESK_PROTECT: the pattern '(a' is no regular expression of RE2: missing ): (a; "
            "it has no look-around and no references to groups",
        ),
        ({"protect": [3]}, {}, {}, "nightdesk.toml: protect: Input should be a valid string"),
        ({"minimum_score": 96}, {}, {}, "minimum_score is above target_score"),
        (
            {},
            {"NIGHTDESK_EUR_PER_USD": "0.9"},
            {},
            "eur_per_usd and fx_date must be set together",
        ),
        ({"fx_date": date(2026, 1, 1)}, {}, {}, "eur_per_usd and fx_date must be set together"),
    ],
)
def test_bad_settings(
    file: dict[str, Any], environ: dict[str, str], options: dict[str, Any], message: str
) -> None:
    """A setting that can't be used is named as its source names it."""
    with pytest.raises(SettingError) as raised:
        settings_from(file, environ, options)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("file", "environ"),
    [
        ({"prices": {"llama-4": {"input": 0.1, "output": "0.40"}}}, {}),
        ({}, {"NIGHTDESK_PRICES": '{"llama-4": {"input": 0.1, "output": 0.40}}'}),
    ],
)
def test_prices(file: dict[str, Any], environ: dict[str, str]) -> None:
    """A model's price is a table of the file, or JSON in the environment, and decimal in both."""
    settings = settings_from(file, environ, {})
    assert settings.prices == {"llama-4": ModelPrice(input=Decimal("0.1"), output=Decimal("0.40"))}


@pytest.mark.parametrize(
    ("file", "environ", "message"),
    [
        (
            {"prices": {"llama-4": {"input": 1}}},
            {},
            "nightdesk.toml: prices.llama-4.output: Field required",
        ),
        (
            {"prices": {"llama-4": {"input": -1, "output": 1}}},
            {},
            "nightdesk.toml: prices.llama-4.input: Input should be greater than or equal to 0",
        ),
        (
            {"prices": {"llama-4": {"input": float("nan"), "output": 1}}},
            {},
            "nightdesk.toml: prices.llama-4.input: Input should be a finite number",
        ),
        (
            {"prices": {"llama-4": {"input": 1, "output": 1, "cache": 1}}},
            {},
            "nightdesk.toml: prices.llama-4.cache: unknown setting; see docs/settings.md",
        ),
        (
            {},
            {"NIGHTDESK_PRICES": "llama-4=1"},
            "NIGHTDESK_PRICES: is no JSON; see docs/local-models.md",
        ),
    ],
)
def test_bad_prices(file: dict[str, Any], environ: dict[str, str], message: str) -> None:
    """A price that can't be used is an error that names the model and the field."""
    with pytest.raises(SettingError) as caught:
        settings_from(file, environ, {})
    assert str(caught.value) == message


def test_requests_are_larger_in_batches() -> None:
    """Where nobody waits for an answer, unless a size is set."""
    assert (Settings().pack_segments, Settings().pack_tokens) == (100, 1_500)
    batches = Settings(transport="batches")
    assert (batches.pack_segments, batches.pack_tokens) == (120, 3_000)
    assert Settings(transport="batches", pack_segments=7).pack_segments == 7


def test_requests_are_small_for_small_models() -> None:
    """Whichever of the two is one, unless a size is set; one with a price of its own is unknown."""
    small = Settings(qa_model="llama3.1:8b")
    assert (small.pack_segments, small.pack_tokens) == (8, 300)
    assert (small.is_modest("llama3.1:8b"), small.is_modest(small.translator_model)) == (
        True,
        False,
    )
    assert Settings(qa_model="llama3.1:8b", pack_segments=9).pack_segments == 9
    priced = {"input": 0, "output": 0}
    unknown = Settings.model_validate({"translator_model": "ours", "prices": {"ours": priced}})
    assert (unknown.pack_segments, unknown.is_modest("ours")) == (8, True)
    cheaper = Settings.model_validate({"prices": {"claude-sonnet-5-5": priced}})
    assert cheaper.pack_segments == 100


MODELS = {"translator_model": "m", "qa_model": "m"}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (
            {"engine": "openai", "translator_model": "m"},
            'engine = "openai" has no model by default; set qa_model',
        ),
        (
            {"engine": "openai", "transport": "batches", **MODELS},
            'transport = "batches" is not to be had with engine = "openai"; '
            'set transport = "messages"',
        ),
        (
            {"engine": "openai", "openai_base_url": "127.0.0.1:8000", **MODELS},
            "nightdesk.toml: openai_base_url: write it as https://host or https://host/path",
        ),
    ],
)
def test_what_an_engine_has(file: dict[str, Any], words: str) -> None:
    """What an engine has not is said when the settings are read."""
    with pytest.raises(SettingError) as caught:
        settings_from(file, {}, {})
    assert str(caught.value).endswith(words)


def test_the_sdks_address() -> None:
    """The SDK's variable counts for its engine, behind ours; empty it is not set."""
    file = {"engine": "openai", "openai_base_url": "http://a/v1", **MODELS}

    def found(environ: dict[str, str], **changes: str) -> str | None:
        return settings_from(file | changes, environ, {}).openai_base_url

    assert found({"OPENAI_BASE_URL": "http://b/v1/"}) == "http://b/v1"
    assert found({"OPENAI_BASE_URL": " "}) == "http://a/v1"
    ours = {"OPENAI_BASE_URL": "http://b/v1", "NIGHTDESK_OPENAI_BASE_URL": "http://c/v1"}
    assert found(ours) == "http://c/v1"
    assert found({"OPENAI_BASE_URL": "no address"}, engine="claude") == "http://a/v1"


@pytest.mark.parametrize(
    ("file", "environ", "options"),
    [
        ({}, {}, {}),
        ({"home": "a"}, {}, {"home": None}),
        ({"home": "a"}, {"NIGHTDESK_CACHE": "b", "PATH": "/bin"}, {"home": "s3://c/ö"}),
    ],
)
def test_a_place_alone_is_what_all_settings_say(
    file: dict[str, Any], environ: dict[str, str], options: dict[str, Any]
) -> None:
    """Where nothing but a place is given, what reading goes by is the same without all checks."""
    place = place_in(given(file, environ, options))
    settings = settings_from(file, environ, options)

    assert place is not None
    assert (settings.home, settings.cache, settings.max_attempts) == (
        place.home,
        place.cache,
        place.max_attempts,
    )


@pytest.mark.parametrize(
    "file",
    [{"home": ""}, {"home": 3}, {"cache": ""}, {"home": "\udcff"}, {"hom": "a"}, {"max_jobs": 1}],
)
def test_what_else_is_given_is_checked(file: dict[str, Any]) -> None:
    """Whatever is more than a place, or none, is left to what checks all settings."""
    assert place_in(given(file, {}, {})) is None
