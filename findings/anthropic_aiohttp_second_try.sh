#!/usr/bin/env bash
# anthropic 2.14.0 on its aiohttp client: max_retries=0 does not mean one request a call.
#
# Guess:  with max_retries=0 the server sees each call once, whichever client is under the SDK, and
#         a connection that is closed on the way is an APIConnectionError.
# Seen:   with DefaultAioHttpClient a GET (of a batch, of a model) whose kept connection the server
#         closes is sent a second time by aiohttp itself, and the call succeeds without a word: the
#         server counts one request more than the SDK's user. The default client raises, as
#         guessed.
# Meets:  whoever counts requests against a limit, or tests what is done about lost connections:
#         the fault does not come through.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'anthropic[aiohttp]==2.14.0' aiohttp==3.14.3 httpx2==2.16.2 2>"$folder/pip.log"
env -u ANTHROPIC_API_KEY -u ANTHROPIC_BASE_URL "$folder/venv/bin/python" - >"$folder/seen" <<'PY'
import asyncio

import anthropic

PAGE = b'{"data": [], "has_more": false, "first_id": null, "last_id": null}'


async def count_requests(client_of):
    """How many requests a server sees of two calls; it closes the connection on the second."""
    seen = 0

    async def serve(reader, writer):
        nonlocal seen
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            seen += 1
            if seen == 2:
                break
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            writer.write(head % len(PAGE) + PAGE)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = anthropic.AsyncAnthropic(
        api_key="none",
        base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        max_retries=0,
        http_client=client_of(),
    )
    await client.models.list()
    try:
        await client.models.list()
        told = "answered"
    except anthropic.APIConnectionError as error:
        told = type(error).__name__
    await client.close()
    server.close()
    return told, seen


for name, client_of in (("aiohttp", anthropic.DefaultAioHttpClient), ("default", lambda: None)):
    told, seen = asyncio.run(count_requests(client_of))
    print(f"{name}: the second call is {told}; the server has seen {seen} requests of 2 calls")
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
aiohttp: the second call is answered; the server has seen 3 requests of 2 calls
default: the second call is APIConnectionError; the server has seen 2 requests of 2 calls
SEEN
