#!/usr/bin/env bash
# openai 3.57.0 on its aiohttp client: a refused and a broken connection are APITimeoutError.
#
# Guess:  APITimeoutError says that an answer did not come in time, and APIConnectionError that the
#         connection was refused or broke, as it is with the default client and with anthropic's.
# Seen:   with DefaultAioHttpClient all three are APITimeoutError, "Request timed out.", caused by
#         httpx2.ConnectTimeout for the refused and the broken one. Only the cause below that tells
#         them apart: aiohttp.ClientConnectorError, ServerDisconnectedError, SocketTimeoutError.
# Meets:  whoever waits longer after a time-out, or tells a user "timed out" of a server that isn't
#         running.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'openai[aiohttp]==3.57.0' httpx2==2.16.2 2>"$folder/pip.log"
env -u OPENAI_API_KEY -u OPENAI_BASE_URL "$folder/venv/bin/python" - >"$folder/seen" <<'PY'
import asyncio
import socket

import openai


async def take_and_leave(reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    )
    await reader.readexactly(length)
    writer.close()


async def told(name, port, http_client):
    client = openai.AsyncOpenAI(
        api_key="none",
        base_url=f"http://127.0.0.1:{port}/v1",
        max_retries=0,
        http_client=http_client,
    )
    try:
        await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hello"}]
        )
    except openai.APIConnectionError as error:
        chain, cause = [], error
        while cause is not None:
            chain.append(f"{type(cause).__module__.split('.')[0]}.{type(cause).__name__}")
            cause = cause.__cause__ or cause.__context__
        print(name, *chain[:3])
    await client.close()


async def main():
    server = await asyncio.start_server(take_and_leave, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    await told("aiohttp, refused:", closed, openai.DefaultAioHttpClient())
    await told("aiohttp, broken:", taken, openai.DefaultAioHttpClient())
    await told("default, refused:", closed, openai.DefaultAsyncHttpxClient())
    await told("default, broken:", taken, openai.DefaultAsyncHttpxClient())


asyncio.run(main())
PY
diff "$folder/seen" - <<'SEEN'
aiohttp, refused: openai.APITimeoutError httpx2.ConnectTimeout aiohttp.ClientConnectorError
aiohttp, broken: openai.APITimeoutError httpx2.ConnectTimeout aiohttp.ServerDisconnectedError
default, refused: openai.APIConnectionError httpx2.ConnectError httpcore2.ConnectError
default, broken: openai.APIConnectionError httpx2.RemoteProtocolError httpcore2.RemoteProtocolError
SEEN
