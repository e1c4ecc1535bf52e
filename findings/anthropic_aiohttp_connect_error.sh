#!/usr/bin/env bash
# anthropic 2.14.0 on its aiohttp client: a request that the server has read ends in ConnectError.
#
# Guess:  the cause of APIConnectionError tells what may be sent again without being paid twice:
#         httpx2.ConnectError where no connection was made, a read or protocol error where the
#         server took the request and went away, as it is with the default client.
# Seen:   with DefaultAioHttpClient both are httpx2.ConnectError. Only the cause below that one
#         tells: aiohttp.ClientConnectorError against aiohttp.ServerDisconnectedError. The default
#         client raises RemoteProtocolError for the second, as guessed.
# Meets:  whoever sends batches or other requests without an idempotency key again after a
#         ConnectError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'anthropic[aiohttp]==2.14.0' httpx2==2.16.2 2>"$folder/pip.log"
env -u ANTHROPIC_API_KEY -u ANTHROPIC_BASE_URL "$folder/venv/bin/python" - >"$folder/seen" <<'PY'
import asyncio
import socket

import anthropic


async def take_and_leave(reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    )
    await reader.readexactly(length)
    print("  the server has read the whole request")
    writer.close()


async def told(name, port, http_client):
    client = anthropic.AsyncAnthropic(
        api_key="none", base_url=f"http://127.0.0.1:{port}", max_retries=0, http_client=http_client
    )
    try:
        await client.messages.create(
            model="m", max_tokens=1, messages=[{"role": "user", "content": "Hello"}]
        )
    except anthropic.APIConnectionError as error:
        chain, cause = [], error
        while cause is not None:
            chain.append(f"{type(cause).__module__.split('.')[0]}.{type(cause).__name__}")
            cause = cause.__cause__ or cause.__context__
        print(name, *chain[:3], sep="\n  ")
    await client.close()


async def main():
    server = await asyncio.start_server(take_and_leave, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    await told("aiohttp, refused", closed, anthropic.DefaultAioHttpClient())
    await told("aiohttp, taken", taken, anthropic.DefaultAioHttpClient())
    await told("default, refused", closed, None)
    await told("default, taken", taken, None)
    server.close()


asyncio.run(main())
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
aiohttp, refused
  anthropic.APIConnectionError
  httpx2.ConnectError
  aiohttp.ClientConnectorError
  the server has read the whole request
aiohttp, taken
  anthropic.APIConnectionError
  httpx2.ConnectError
  aiohttp.ServerDisconnectedError
default, refused
  anthropic.APIConnectionError
  httpx2.ConnectError
  httpcore2.ConnectError
  the server has read the whole request
default, taken
  anthropic.APIConnectionError
  httpx2.RemoteProtocolError
  httpcore2.RemoteProtocolError
SEEN
