"""The vendors whose engines the same tests are run for, each with what is its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from engines.claude.client import Claude
    from engines.clock import Clock
    from engines.openai.client import OpenAI

KEY = "sk-sim-test-0123456789"


class Vendor(ABC):
    """A vendor: its models, its API and its engine.

    Attributes:
        name: as the settings and the ledger have it.
        translator: the model that translates.
        qa: the model that assesses.
        prices: USD per million tokens of the translating model's input, cache writes and output.
        other: another model of the vendor's, and its prices.
        snapshot: the translating model by its dated name.
        path: where requests go.
        key_variable: the environment variable that holds its key.
        url_variable: the one that holds its address.
        ends: its words for an answer's proper end and for a refusal.
        fields: its names for input and output tokens.
    """

    name: str
    translator: str
    qa: str
    prices: tuple[str, str, str]
    other: tuple[str, tuple[str, str, str]]
    snapshot: str
    path: str
    key_variable: str
    url_variable: str
    ends: tuple[str, str]
    fields: tuple[str, str]
    root: str = ""

    def __repr__(self) -> str:
        return self.name

    def environ(self, url: str, key: str = KEY) -> dict[str, str]:
        """The environment that leads to a server."""
        return {self.key_variable: key, self.url_variable: url + self.root}

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that name its engine; addresses of this machine tell no provider."""
        return {"engine": self.name, "translator_model": self.translator, "qa_model": self.qa}

    @abstractmethod
    def engine(self, url: str, max_in_flight: int, clock: Clock, **options: Any) -> Claude | OpenAI:
        """An engine for a server."""

    @abstractmethod
    def answer(self, text: str | None = "{}", **changes: Any) -> dict[str, Any]:
        """An answer as the API sends it, with some fields changed; None leaves a field out."""

    @abstractmethod
    def refusal(self, why: str) -> dict[str, Any]:
        """A refusal as the API sends it."""

    @abstractmethod
    def endless(self, **changes: Any) -> dict[str, Any]:
        """An answer that says nothing of how it ended."""

    @abstractmethod
    def shapeless(self, content: str) -> dict[str, Any]:
        """An answer whose content has not the shape that the API's has."""

    def usage(self, sent: int | None, said: int | None) -> dict[str, int]:
        """A count of tokens as the API sends it; None leaves one out."""
        told = {self.fields[0]: sent, self.fields[1]: said}
        return {name: tokens for name, tokens in told.items() if tokens is not None}


class _Claude(Vendor):
    name = "claude"
    translator, qa = "claude-sonnet-5-5", "claude-haiku-5-5"
    prices = ("2", "2.5", "10")
    other = ("claude-opus-5-5", ("4", "5", "20"))
    snapshot = "claude-sonnet-5-5-20260915"
    path = "/v1/messages"
    key_variable, url_variable = "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"
    ends = ("end_turn", "refusal")
    fields = ("input_tokens", "output_tokens")

    def engine(self, url: str, max_in_flight: int, clock: Clock, **options: Any) -> Claude:
        from engines.claude.client import Claude

        environ = self.environ(url, options.pop("key", KEY))
        uniform = options.pop("uniform", lambda: 0.0)
        return Claude(max_in_flight, environ=environ, clock=clock, uniform=uniform, **options)

    def answer(self, text: str | None = "{}", **changes: Any) -> dict[str, Any]:
        whole = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": self.translator,
            "content": None if text is None else [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": self.usage(10, 2),
        }
        return {name: value for name, value in (whole | changes).items() if value is not None}

    def refusal(self, why: str) -> dict[str, Any]:
        details = {"type": "refusal", "category": "bio", "explanation": why}
        return self.answer(None, content=[], stop_reason="refusal", stop_details=details)

    def endless(self, **changes: Any) -> dict[str, Any]:
        return self.answer(stop_reason=None, **changes)

    def shapeless(self, content: str) -> dict[str, Any]:
        return self.answer(content=content)


class _OpenAI(Vendor):
    name = "openai"
    translator, qa = "gpt-5.1", "gpt-4.1-mini"
    prices = ("1.25", "1.25", "10")
    other = ("gpt-4o-mini", ("0.15", "0.15", "0.6"))
    snapshot = "gpt-5.1-2025-11-13"
    path = "/v1/chat/completions"
    key_variable, url_variable = "OPENAI_API_KEY", "OPENAI_BASE_URL"
    ends = ("stop", "refusal")
    fields = ("prompt_tokens", "completion_tokens")
    root = "/v1"

    @property
    def settings(self) -> dict[str, Any]:
        return {**super().settings, "provider": "openai"}

    def engine(self, url: str, max_in_flight: int, clock: Clock, **options: Any) -> OpenAI:
        from engines.openai.client import OpenAI

        environ = self.environ(url, options.pop("key", KEY))
        uniform = options.pop("uniform", lambda: 0.0)
        return OpenAI(
            max_in_flight,
            environ=environ,
            base_url=environ[self.url_variable],
            clock=clock,
            uniform=uniform,
            **options,
        )

    def answer(self, text: str | None = "{}", **changes: Any) -> dict[str, Any]:
        end = changes.pop("finish_reason", "stop")
        message = {"role": "assistant", "content": text, "refusal": changes.pop("refusal", None)}
        choice = {"index": 0, "message": message, "finish_reason": end}
        whole = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_764_000_000,
            "model": self.translator,
            "choices": None if text is None and message["refusal"] is None else [choice],
            "usage": self.usage(10, 2),
        }
        return {name: value for name, value in (whole | changes).items() if value is not None}

    def refusal(self, why: str) -> dict[str, Any]:
        return self.answer(None, refusal=why)

    def endless(self, **changes: Any) -> dict[str, Any]:
        return self.answer(finish_reason=None, **changes)

    def shapeless(self, content: str) -> dict[str, Any]:
        return self.answer(choices=content)


CLAUDE: Vendor = _Claude()
OPENAI: Vendor = _OpenAI()
BOTH = (CLAUDE, OPENAI)

for_both = pytest.mark.parametrize("vendor", BOTH, ids=repr, indirect=True)
"""Runs a test for each vendor."""

for_each_way = pytest.mark.parametrize(
    ("vendor", "transport"),
    [(CLAUDE, "messages"), (CLAUDE, "batches"), (OPENAI, "messages")],
    ids=repr,
    indirect=["vendor"],
)
"""Runs a test for each way that requests of some vendor travel."""
