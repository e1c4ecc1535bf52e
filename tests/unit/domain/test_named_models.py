"""Models as settings name them, and what follows for the engines that are asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.cost.pricing import provider_of
from domain.errors import SettingError
from domain.given_settings import given
from domain.named_models import NamedModel, named
from domain.settings import Settings, settings_from

LOCAL = "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("gpt-5.1", ("claude", "gpt-5.1")),
        ("openai:gpt-5.1", ("openai", "gpt-5.1")),
        ("openai:llama3.1:8b", ("openai", "llama3.1:8b")),
        ("llama3.1:8b", ("claude", "llama3.1:8b")),
        ("ft:gpt-4.1:me", ("claude", "ft:gpt-4.1:me")),
    ],
)
def test_named(text: str, model: tuple[str, str]) -> None:
    """Only an engine's name before a colon is an engine's name."""
    assert named(text, "claude") == model
    assert str(NamedModel(*model)) == f"{model[0]}:{model[1]}"


def settings(**file: Any) -> Settings:
    return settings_from(file, {}, {})


def test_a_chain() -> None:
    """Its models are asked in their order, a name alone through the engine that is set."""
    found = settings(translator_models=["claude-sonnet-5-5", "openai:gpt-5.1", "claude:a"])
    assert found.translators == (
        ("claude", "claude-sonnet-5-5"),
        ("openai", "gpt-5.1"),
        ("claude", "a"),
    )
    assert found.judge == ("claude", "claude-haiku-5-5")
    assert found.engines == ("claude", "openai")
    assert found.models == (*found.translators, found.judge)


def test_a_chain_of_one() -> None:
    """It means what `translator_model` means."""
    assert settings(translator_models=["m"]).translators == (("claude", "m"),)
    assert settings(translator_model="m").translators == (("claude", "m"),)
    assert settings(translator_models=[]).translators == (("claude", "claude-sonnet-5-5"),)


def test_in_the_environment() -> None:
    """Commas stand between its names there."""
    found = settings_from({}, {"NIGHTDESK_TRANSLATOR_MODELS": "a, openai:b"}, {})
    assert found.translators == (("claude", "a"), ("openai", "b"))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ({"translator_models": ["a", "b", "a"]}, "translator_models names a model twice"),
        ({"translator_models": ["a", "claude:a"]}, "translator_models names a model twice"),
        ({"translator_models": ["a", ""]}, "a name in it is empty"),
        ({"translator_models": ["openai:"]}, "names no model; write it as openai:MODEL"),
        ({"translator_models": 3}, 'write it as a list, such as ["claude:MODEL", "openai:MODEL"]'),
        (
            {"translator_models": ["a"], "translator_model": "b"},
            "translator_model and translator_models are both set; set one of them",
        ),
        (
            {"translator_models": ["a", "b"], "engine": "apertium"},
            'translator_models is not to be had with engine = "apertium"',
        ),
        (
            {"translator_models": ["a", "openai:b"], "transport": "batches"},
            'transport = "batches" is not to be had with engine = "openai"; '
            'set transport = "messages"',
        ),
        ({"qa_model": "claude:"}, "names no model; write it as claude:MODEL"),
        (
            {"qa_model": "a", "qa_second_model": "claude:a"},
            "qa_second_model is the same as qa_model",
        ),
        (
            {"qa_second_model": "a", "engine": "apertium"},
            'qa_second_model is not to be had with engine = "apertium"',
        ),
    ],
)
def test_what_no_chain_is(file: dict[str, Any], words: str) -> None:
    """What can't be asked is said when the settings are read."""
    with pytest.raises(SettingError) as caught:
        settings(**file)
    assert str(caught.value).endswith(words)


def test_what_comes_later_stands() -> None:
    """One model in an option takes the place of several in the file, and the other way round."""
    several = {"translator_models": ["a", "b"]}
    assert settings_from(several, {}, {"translator_model": "c"}).translators == (("claude", "c"),)
    one = {"translator_model": "c"}
    found = settings_from(one, {"NIGHTDESK_TRANSLATOR_MODELS": "a,b"}, {})
    assert found.translators == (("claude", "a"), ("claude", "b"))


def test_the_sdks_address() -> None:
    """It counts where a model names the engine, though another one is set."""
    environ = {"OPENAI_BASE_URL": LOCAL}
    file = {"translator_models": ["a", "openai:b"]}
    assert given(file, environ, {}).values["openai_base_url"] == LOCAL
    assert "openai_base_url" not in given({"translator_models": ["a"]}, environ, {}).values


def test_who_sells() -> None:
    """Each engine's tokens have a seller of their own; `provider` is that of the engine set."""
    both = {"translator_models": ["a", "openai:b"]}
    assert [provider_of(settings(**both), e) for e in ("claude", "openai")] == [
        "anthropic",
        "openai",
    ]
    local = settings(**both, provider="aws", openai_base_url=LOCAL)
    assert [provider_of(local, e) for e in ("claude", "openai")] == ["aws", None]
    only = settings(translator_model="openai:b", qa_model="openai:c", provider="azure")
    assert provider_of(only, "openai") == "azure"


def test_small_models() -> None:
    """One that is asked first makes requests small; a later one has small ones alone."""
    price = {"input": Decimal(0), "output": Decimal(0)}
    small = {"openai:llama3.1:8b"}
    first = settings(translator_models=[*small, "a"], prices={"llama3.1:8b": price})
    assert (first.pack_segments, first.pack_tokens) == (8, 300)
    later = settings(translator_models=["claude-sonnet-5-5", *small])
    assert (later.pack_segments, later.pack_tokens) == (100, 1_500)
    assert later.most_segments("llama3.1:8b") == 8
    assert later.most_segments("claude-sonnet-5-5") == 100
    wished = settings(translator_models=["claude-sonnet-5-5", *small], pack_segments=30)
    assert wished.most_segments("llama3.1:8b") == 30
