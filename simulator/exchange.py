"""One request from its parameters to its answer: what every transport shares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from simulator.ids import new_id
from simulator.ledger import Ledger
from simulator.misbehaviour.faults import Chance, pick
from simulator.ratelimit import Limits
from simulator.replies.answers import SAMPLES, answer, as_text, lose_placeholder, wrong_ids
from simulator.replies.reply import compose, untrue
from simulator.replies.script import Happenings, Rule, Script
from simulator.requests.caching import InputUsage, Prefix, PromptCache, input_tokens, prefixes
from simulator.requests.errors import ApiError, refuse
from simulator.requests.questions import OTHER, Question, read_question
from simulator.requests.schemas import misfit
from simulator.requests.validation import Request, read_request
from simulator.settings import SimulatorSettings

_STATUSES = ("429", "529", "500")
_SPOILERS = {"wrong_ids": wrong_ids, "lose_placeholder": lose_placeholder}


@dataclass(slots=True)
class Begun:
    """A request that was taken on and is not answered yet.

    Attributes:
        draw: this request's chance, in [0, 1).
        fault: what will be done to its answer, or None.
    """

    request: Request
    question: Question
    happenings: Happenings
    usage: InputUsage
    to_write: list[Prefix]
    transport: str
    draw: float
    fault: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer; `dropped` where it must not reach who asked."""

    message: dict[str, Any]
    dropped: bool
    headers: dict[str, str]


class Exchange:
    """Everything a simulator knows between requests."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.ledger = Ledger()
        self._cache = PromptCache(settings.clock)
        self._limits: dict[str, Limits] = {}
        self._script = Script(settings.rules)
        self._chance = Chance(settings.seed)
        self._fitting: set[tuple[str, str]] = set()

    def begin(self, params: Any, owner: str, *, transport: str = "messages") -> Begun:
        """Take a request on: check it, look into the cache, let it through the limits.

        Args:
            params: the request's JSON.
            owner: the key it came with.
            transport: `messages` or `batches`; items of a batch pass no rate limit.

        Raises:
            ApiError: it is refused, over a limit, or told to fail.
        """
        model, task = "-", "-"
        try:
            request = read_request(params)
            model = request.model.id
            if model in self.settings.retired:
                raise ApiError(404, f"model: {model}")
            question = read_question(request.user)
            task = question.task
            return self._begin(request, question, owner, transport)
        except ApiError as error:
            self.ledger.failed(error, model, task, transport)
            raise

    def _begin(self, request: Request, question: Question, owner: str, transport: str) -> Begun:
        self._check_fit(request, question)
        total = input_tokens(request)
        if total > request.model.max_input:
            refuse("messages", f"prompt is too long: {total} > {request.model.max_input} tokens")
        minimum = self.settings.cache_minimum or request.model.cache_minimum
        usage, to_write = self._cache.look_up(prefixes(request, owner), total, minimum)
        if transport == "messages":
            self._limits_of(request).admit(usage.limited)
        draw = self._chance.draw(f"{request.model.id}\n{request.user}".encode())
        happenings = self._script.happenings(question, "\n".join((*request.system, request.user)))
        fault = self._fault(request, happenings, draw)
        return Begun(request, question, happenings, usage, to_write, transport, draw, fault)

    def _check_fit(self, request: Request, question: Question) -> None:
        """A model would follow any schema; the simulator's answers fit the wire format's only."""
        key = (question.task, request.schema_text)
        if request.schema is None or question.task == OTHER or key in self._fitting:
            return
        found = misfit(SAMPLES[question.task], request.schema, request.schema.get("$defs", {}))
        if found:
            refuse("output_config.format.schema", f"it has no room for the wire format: {found}")
        self._fitting.add(key)

    def _limits_of(self, request: Request) -> Limits:
        limits = self._limits.get(request.model.id)
        if limits is None:
            limits = self._limits[request.model.id] = Limits(self.settings)
        return limits

    def _fault(self, request: Request, happenings: Happenings, draw: float) -> str | None:
        rule = happenings.whole
        status, after = None, self.settings.retry_after
        if rule is not None:
            if rule.event != "status":
                return rule.event
            status, after = rule.status, rule.retry_after if rule.retry_after is not None else after
        else:
            fault = pick(self.settings.fault_rates, draw)
            if fault not in _STATUSES:
                return fault
            status = int(fault)
        headers = self._limits_of(request).headers()
        if status == 429 or (rule is not None and rule.retry_after is not None):
            headers["retry-after"] = str(after)
        raise ApiError(
            status, f"The simulator was told to answer {status}.", headers=headers, scripted=True
        )

    def finish(self, begun: Begun, request_id: str) -> Answered:
        """Answer a request that was taken on, and count it.

        Args:
            request_id: what the client is told; of an item, the batch's id and its own.
        """
        request = begun.request
        self._cache.write(begun.to_write)
        data = answer(request, begun.question, begun.happenings)
        spoil = _SPOILERS.get(begun.fault or "")
        if spoil and not spoil(data):
            begun.fault = None
        message = compose(
            request,
            as_text(request, data),
            begun.usage,
            message_id=new_id("msg"),
            tier="batch" if begun.transport == "batches" else "standard",
            fault=begun.fault,
        )
        output = message["usage"]["output_tokens"]
        limits = self._limits_of(request)
        if begun.transport == "messages":
            limits.output.take(output)
        self._count(begun, request_id, output)
        message = _mistold(message, begun.happenings.whole)
        return Answered(message, begun.fault == "drop", limits.headers())

    def _count(self, begun: Begun, request_id: str, output: int) -> None:
        tokens = {
            "uncached_input_tokens": begun.usage.uncached,
            "cache_read_tokens": begun.usage.read,
            "cache_write_5m_tokens": begun.usage.written_5m,
            "cache_write_1h_tokens": begun.usage.written_1h,
            "output_tokens": output,
        }
        self.ledger.answered(
            begun.request.model.id,
            begun.transport,
            begun.question,
            tokens,
            begun.fault,
            request_id,
        )

    def count_tokens(self, params: Any) -> dict[str, int]:
        """The answer to `POST /v1/messages/count_tokens`.

        Raises:
            ApiError: the request is refused.
        """
        try:
            return {"input_tokens": input_tokens(read_request(params, counting=True))}
        except ApiError as error:
            self.ledger.violated(error)
            raise


def _mistold(message: dict[str, Any], rule: Rule | None) -> dict[str, Any]:
    """The message as a script has it told: with another usage, or from another model."""
    if rule is not None and rule.event == "usage":
        return untrue(message, rule.usage)
    if rule is not None and rule.event == "model":
        return {**message, "model": rule.model}
    return message


def parse(body: bytes) -> Any:
    """The JSON of a request's body.

    Raises:
        ApiError: 400, it is no JSON in UTF-8, or has half a surrogate pair in it.
    """
    try:
        text = body.decode()
        data = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(data, ensure_ascii=False).encode()
    except ValueError as error:
        raise ApiError(400, f"The request body is not valid JSON: {error}") from None
    return data
