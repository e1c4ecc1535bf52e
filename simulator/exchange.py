"""One request from its parameters to its answer: what every transport shares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from simulator.dialects import MESSAGES, Dialect
from simulator.ledger import Ledger
from simulator.misbehaviour.faults import Chance, pick
from simulator.ratelimit import Limits
from simulator.replies.answers import SAMPLES, answer, as_text, lose_placeholder, wrong_ids
from simulator.replies.script import Happenings, Rule, Script
from simulator.requests.caching import InputUsage, Prefix, PromptCache, input_tokens
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
    dialect: Dialect


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

    def begin(
        self,
        params: Any,
        owner: str,
        *,
        transport: str = "messages",
        dialect: Dialect = MESSAGES,
    ) -> Begun:
        """Take a request on: check it, look into the cache, let it through the limits.

        Args:
            params: the request's JSON.
            owner: the key it came with.
            transport: `messages` or `batches`; items of a batch pass no rate limit.
            dialect: the API that it came by.

        Raises:
            ApiError: it is refused, over a limit, or told to fail.
        """
        model, task = "-", "-"
        try:
            request = dialect.read(params)
            model = request.model.id
            if model in self.settings.retired:
                raise dialect.no_such_model(model)
            question = read_question(request.user)
            task = question.task
            return self._begin(request, question, owner, transport, dialect)
        except ApiError as error:
            self.ledger.failed(error, model, task, transport)
            raise

    def _begin(
        self, request: Request, question: Question, owner: str, transport: str, dialect: Dialect
    ) -> Begun:
        self._check_fit(request, question, dialect)
        total = input_tokens(request)
        if total > request.model.max_input:
            refuse("messages", f"prompt is too long: {total} > {request.model.max_input} tokens")
        minimum = self.settings.cache_minimum or request.model.cache_minimum
        usage, to_write = dialect.look_up(self._cache, request, owner, total, minimum)
        limits = self._limits_of(request, dialect)
        if transport == "messages":
            limits.admit(usage, request.max_tokens)
        draw = self._chance.draw(f"{request.model.id}\n{request.user}".encode())
        happenings = self._script.happenings(
            question, "\n".join((*request.system, request.user)), request.model.id
        )
        fault = self._fault(limits, happenings, draw)
        return Begun(
            request, question, happenings, usage, to_write, transport, draw, fault, dialect
        )

    def _check_fit(self, request: Request, question: Question, dialect: Dialect) -> None:
        """A model would follow any schema; the simulator's answers fit the wire format's only."""
        key = (question.task, request.schema_text)
        if request.schema is None or question.task == OTHER or key in self._fitting:
            return
        found = misfit(SAMPLES[question.task], request.schema, request.schema.get("$defs", {}))
        if found:
            refuse(dialect.schema_path, f"it has no room for the wire format: {found}")
        self._fitting.add(key)

    def _limits_of(self, request: Request, dialect: Dialect) -> Limits:
        limits = self._limits.get(request.model.id)
        if limits is None:
            limits = self._limits[request.model.id] = dialect.limits(self.settings)
        return limits

    def _fault(self, limits: Limits, happenings: Happenings, draw: float) -> str | None:
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
        headers = limits.headers()
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
        judge = self.settings.judges.get(request.model.id, self.settings.judge)
        data = answer(request, begun.question, begun.happenings, judge)
        spoil = _SPOILERS.get(begun.fault or "")
        if spoil and not spoil(data):
            begun.fault = None
        dialect, text = begun.dialect, as_text(request, data)
        message = dialect.compose(request, text, begun.usage, begun.transport, begun.fault)
        output = dialect.output_tokens(message)
        limits = self._limits_of(request, dialect)
        if begun.transport == "messages":
            limits.answered(output)
        self._count(begun, request_id, output)
        message = _mistold(message, begun.happenings.whole, dialect)
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


def _mistold(message: dict[str, Any], rule: Rule | None, dialect: Dialect) -> dict[str, Any]:
    """The message as a script has it told: with another usage, or from another model."""
    if rule is not None and rule.event == "usage":
        return dialect.mistold(message, rule.usage)
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
