"""The endpoints."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from simulator.batches import Batches
from simulator.chat.errors import ChatError
from simulator.chat.models import SNAPSHOTS, Snapshot, described
from simulator.chat.validation import no_such_model
from simulator.dialects import CHAT, MESSAGES, Dialect
from simulator.exchange import Exchange, parse
from simulator.ids import new_id
from simulator.misbehaviour.connection import CutOff, Dropped
from simulator.misbehaviour.faults import Countdown
from simulator.misbehaviour.outage import REFUSE, Outage
from simulator.replies.paging import page
from simulator.requests.errors import ApiError
from simulator.requests.models import ALIASES, MODELS, describe
from simulator.responses import (
    CHAT_REQUEST_ID,
    REQUEST_ID,
    as_chat_error,
    as_chat_json,
    as_error,
    as_json,
    common_headers,
)
from simulator.settings import SimulatorSettings

VERSIONS = ("2023-06-01", "2026-10-21")
MAX_BODY = 32 * 1024 * 1024
MAX_BATCH_BODY = 256 * 1024 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(settings: SimulatorSettings) -> Starlette:
    """A simulator, ready to be served."""
    endpoints = _Endpoints(settings)

    def real(path: str, endpoint: Endpoint, method: str) -> Route:
        """An endpoint that the API has too."""
        return _route(path, endpoints.unless_away(endpoint), method)

    def chat(path: str, endpoint: Endpoint, method: str) -> Route:
        """The same of OpenAI's API."""
        return _route(path, endpoints.unless_away(endpoint), method, as_chat_error)

    def both(path: str, ours: Endpoint, chats: Endpoint) -> Route:
        """An endpoint that both APIs have; Anthropic's has headers of its own."""
        messages, completions = (
            _answering(endpoints.unless_away(endpoint), error)
            for endpoint, error in ((ours, as_error), (chats, as_chat_error))
        )

        async def one(request: Request) -> Response:
            is_ours = {"x-api-key", "anthropic-version"} & set(request.headers.keys())
            return await (messages if is_ours else completions)(request)

        return Route(path, one, methods=["GET"])

    app = Starlette(
        routes=[
            real("/v1/messages", endpoints.create_message, "POST"),
            chat("/v1/chat/completions", endpoints.create_completion, "POST"),
            real("/v1/messages/count_tokens", endpoints.count_tokens, "POST"),
            real("/v1/messages/batches", endpoints.create_batch, "POST"),
            real("/v1/messages/batches", endpoints.list_batches, "GET"),
            real("/v1/messages/batches/{id}", endpoints.get_batch, "GET"),
            real("/v1/messages/batches/{id}", endpoints.delete_batch, "DELETE"),
            real("/v1/messages/batches/{id}/results", endpoints.batch_results, "GET"),
            real("/v1/messages/batches/{id}/cancel", endpoints.cancel_batch, "POST"),
            both("/v1/models", endpoints.list_models, endpoints.list_chat_models),
            both("/v1/models/{id}", endpoints.get_model, endpoints.get_chat_model),
            _route("/_simulator/ledger", endpoints.ledger, "GET"),
            _route("/_simulator/asked", endpoints.asked, "GET"),
            _route("/_simulator/answers", endpoints.answers, "GET"),
            _route("/_simulator/reset", endpoints.reset, "POST"),
        ],
        exception_handlers={HTTPException: _no_such_endpoint},
    )
    app.state.endpoints = endpoints
    return app


Told = Callable[[ApiError], Response]


def _route(path: str, endpoint: Endpoint, method: str, told: Told | None = None) -> Route:
    return Route(path, _answering(endpoint, told or as_error), methods=[method])


def _answering(endpoint: Endpoint, told: Told) -> Endpoint:
    """An endpoint whose errors are answered as its API has them."""

    async def answering(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ApiError as error:
            return told(error)

    return answering


async def _no_such_endpoint(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return as_error(ApiError(status, f"{request.method} {request.url.path}: no such endpoint"))


async def _lane(request: Request) -> str:
    """The model that a request asks, or else the path it goes to."""
    try:
        return str(json.loads(await request.body())["model"])
    except (ValueError, LookupError, TypeError):
        return request.url.path


async def _body(request: Request, most: int) -> Any:
    body = await request.body()
    if len(body) > most:
        raise ApiError(413, f"Request exceeds the maximum size of {most} bytes")
    return parse(body)


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


class _Endpoints:
    """All endpoints, around one `Exchange`."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.exchange = Exchange(settings)
        self.batches = Batches(self.exchange)
        self.batch_faults = Countdown(settings.batch_faults)
        self.outage = self._planned_outage()

    def _planned_outage(self) -> Outage:
        settings = self.settings
        return Outage(settings.outage, settings.outage_after, settings.clock)

    def unless_away(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint that fails while an outage is played."""

        async def guarded(request: Request) -> Response:
            how = self.outage.now()
            if how is None:
                return await endpoint(request)
            self.exchange.ledger.away(self.outage.seconds(), await _lane(request), how)
            if how == REFUSE:
                return Dropped()
            raise ApiError(int(how), f"The simulator plays an outage: {how}.", scripted=True)

        return guarded

    def _owner(self, request: Request) -> str:
        """The key a request came with, once it and the version header are right."""
        try:
            return self._checked_key(request)
        except ApiError as error:
            self.exchange.ledger.violated(error)
            raise

    def _checked_key(self, request: Request) -> str:
        key = request.headers.get("x-api-key", "")
        bearer = request.headers.get("authorization", "")
        if not key and bearer.lower().startswith("bearer "):
            key = bearer[7:].strip()
        if not key:
            raise ApiError(401, "a key is required, as 'x-api-key' or 'Authorization: Bearer'")
        if not self.settings.takes(key):
            raise ApiError(401, "invalid x-api-key")
        version = request.headers.get("anthropic-version")
        if version is None:
            raise ApiError(400, "anthropic-version: header is required")
        if version not in VERSIONS:
            raise ApiError(400, f"anthropic-version: {version!r} is not a known version")
        return key

    async def _params(self, request: Request, most: int = MAX_BODY) -> Any:
        try:
            return await _body(request, most)
        except ApiError as error:
            self.exchange.ledger.violated(error)
            raise

    def _bearer(self, request: Request) -> str:
        """The key a request to OpenAI's API came with, once it is right."""
        key = request.headers.get("authorization", "").partition("Bearer ")[2].strip()
        error = None
        if not key:
            message = "You didn't provide an API key, as 'Authorization: Bearer YOUR_KEY'."
            error = ChatError(401, message)
        elif not self.settings.takes(key):
            message = f"Incorrect API key provided: {key[:4]}***{key[-4:]}."
            error = ChatError(401, message, code="invalid_api_key")
        if error is not None:
            self.exchange.ledger.violated(error)
            raise error
        return key

    async def create_message(self, request: Request) -> Response:
        owner = self._owner(request)
        return await self._answered(request, owner, MESSAGES, as_json, REQUEST_ID)

    async def create_completion(self, request: Request) -> Response:
        owner = self._bearer(request)
        return await self._answered(request, owner, CHAT, as_chat_json, CHAT_REQUEST_ID)

    async def _answered(
        self,
        request: Request,
        owner: str,
        dialect: Dialect,
        in_json: Callable[[Any, dict[str, str]], Response],
        id_header: str,
    ) -> Response:
        exchange = self.exchange
        params = await self._params(request)
        exchange.ledger.enter()
        try:
            begun = exchange.begin(params, owner, dialect=dialect)
            seconds = self.settings.latency + self.settings.jitter * begun.draw
            if seconds:
                await asyncio.sleep(seconds)
            request_id = new_id("req")
            answered = exchange.finish(begun, request_id)
            self.outage.answered()
        finally:
            exchange.ledger.leave()
        if answered.dropped:
            return Dropped()
        return in_json(answered.message, {**answered.headers, id_header: request_id})

    async def count_tokens(self, request: Request) -> Response:
        self._owner(request)
        return as_json(self.exchange.count_tokens(await self._params(request)))

    async def create_batch(self, request: Request) -> Response:
        owner = self._owner(request)
        params = await self._params(request, MAX_BATCH_BODY)
        fault = self.batch_faults.take("create_429", "create_500", "create_unheard", "create_lost")
        if fault == "create_unheard":
            return Dropped()
        _fail(fault, self.settings)
        try:
            batch = self.batches.create(params, owner)
        except ApiError as error:
            self.exchange.ledger.violated(error)
            raise
        self.outage.answered()
        if self.settings.latency:
            await asyncio.sleep(self.settings.latency)
        return Dropped() if fault else as_json(batch.describe(_base_url(request)))

    async def list_batches(self, request: Request) -> Response:
        base_url = _base_url(request)
        batches = self.batches.of(self._owner(request))
        if self.batch_faults.take("list_late"):
            batches = []
        described = [batch.describe(base_url) for batch in batches]
        return as_json(page(described, request.query_params))

    async def get_batch(self, request: Request) -> Response:
        batch = self.batches.get(request.path_params["id"], self._owner(request))
        fault = self.batch_faults.take("poll_404", "poll_500", "poll_lost")
        if fault == "poll_lost":
            return Dropped()
        _fail(fault, self.settings)
        return as_json(batch.describe(_base_url(request)))

    async def delete_batch(self, request: Request) -> Response:
        batch_id = request.path_params["id"]
        self.batches.delete(batch_id, self._owner(request))
        return as_json({"id": batch_id, "type": "message_batch_deleted"})

    async def cancel_batch(self, request: Request) -> Response:
        batch = self.batches.cancel(request.path_params["id"], self._owner(request))
        return as_json(batch.describe(_base_url(request)))

    async def batch_results(self, request: Request) -> Response:
        lines = self.batches.results(request.path_params["id"], self._owner(request))
        fault = self.batch_faults.take("results_404", "results_lost")
        if fault == "results_lost":
            return Dropped()
        _fail(fault, self.settings)
        response = StreamingResponse
        if self.batch_faults.take("results_cut"):
            middle = len(lines) // 2
            lines = [*lines[:middle], lines[middle][:20]]
            response = CutOff
        return response(_chunks(lines), headers=common_headers(), media_type="application/x-jsonl")

    async def list_models(self, request: Request) -> Response:
        self._owner(request)
        retired = self.settings.retired
        listed = [describe(model, retired=model.id in retired) for model in MODELS.values()]
        return as_json(page(listed, request.query_params))

    async def get_model(self, request: Request) -> Response:
        self._owner(request)
        name = request.path_params["id"]
        model = MODELS.get(ALIASES.get(name, name))
        if model is None:
            raise ApiError(404, f"model: {name}")
        return as_json(describe(model, retired=model.id in self.settings.retired))

    async def list_chat_models(self, request: Request) -> Response:
        self._bearer(request)
        listed = [described(snapshot, name) for name, snapshot in self._chat_models().items()]
        return as_chat_json({"object": "list", "data": listed})

    async def get_chat_model(self, request: Request) -> Response:
        self._bearer(request)
        name, known = request.path_params["id"], self._chat_models()
        if name not in known:
            raise no_such_model(name)
        return as_chat_json(described(known[name], name))

    def _chat_models(self) -> dict[str, Snapshot]:
        """Those that were not shut down; the API lists no others."""
        retired = self.settings.retired
        return {name: one for name, one in SNAPSHOTS.items() if one.model.id not in retired}

    async def ledger(self, request: Request) -> Response:
        return as_json({**self.exchange.ledger.report(), "batches": self.batches.report()})

    async def asked(self, request: Request) -> Response:
        return as_json(self.exchange.ledger.asked())

    async def answers(self, request: Request) -> Response:
        return as_json(self.exchange.ledger.answers())

    async def reset(self, request: Request) -> Response:
        """Forget everything; requests under way end in the old ledger."""
        self.batches.stop()
        self.exchange = Exchange(self.settings)
        self.batches = Batches(self.exchange)
        self.batch_faults = Countdown(self.settings.batch_faults)
        self.outage = self._planned_outage()
        return as_json({"reset": True})


def _fail(fault: str | None, settings: SimulatorSettings) -> None:
    """Answer with the status that a fault's name ends with, if it does.

    Raises:
        ApiError: that status.
    """
    status = (fault or "").rpartition("_")[2]
    if status.isdecimal():
        headers = {"retry-after": str(settings.retry_after)} if status == "429" else {}
        message = f"The simulator was told to answer {status}."
        raise ApiError(int(status), message, headers=headers, scripted=True)


async def _chunks(lines: Iterable[bytes]) -> Any:
    for line in lines:
        yield line
