"""Pages are compressed for who can read that and asks for itself."""

import gzip

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.compression import LEAST_BYTES, PageCompression

LONG = "<p>page</p>" * LEAST_BYTES
GZIP = {"accept-encoding": "gzip, deflate"}


async def asked(app: ASGIApp, headers: dict[str, str], *, is_https: bool = False) -> tuple[dict[str, str], bytes]:
    """The headers and the body that an application sends through the compression."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw}
    await PageCompression(app, is_https=is_https)(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return found, b"".join(message.get("body", b"") for message in sent[1:])


async def test_a_page_is_compressed() -> None:
    headers, body = await asked(HTMLResponse(LONG), GZIP)
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(body)))
    assert gzip.decompress(body).decode() == LONG


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_a_page_that_its_reader_asked_for_is_compressed(site: str) -> None:
    headers, _ = await asked(HTMLResponse(LONG), {**GZIP, "sec-fetch-site": site})
    assert headers["content-encoding"] == "gzip"


async def test_over_https_a_browser_that_does_not_say_which_site_asked_gets_it_plainly() -> None:
    headers, _ = await asked(HTMLResponse(LONG), GZIP, is_https=True)
    assert "content-encoding" not in headers
    headers, _ = await asked(HTMLResponse(LONG), {**GZIP, "sec-fetch-site": "same-origin"}, is_https=True)
    assert headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "else"])
async def test_a_page_that_another_site_asked_for_is_not_so_its_length_tells_nothing(site: str) -> None:
    headers, body = await asked(HTMLResponse(LONG), {**GZIP, "sec-fetch-site": site})
    assert "content-encoding" not in headers
    assert body.decode() == LONG


@pytest.mark.parametrize(
    "response",
    [
        HTMLResponse("<p>short</p>"),
        JSONResponse({"long": LONG}),
        HTMLResponse(LONG, headers={"Content-Encoding": "br"}),
        Response(LONG, media_type="text/plain"),
    ],
)
async def test_all_else_goes_as_it_is(response: Response) -> None:
    headers, body = await asked(response, GZIP)
    assert headers.get("content-encoding") in (None, "br")
    assert body == response.body


async def test_who_can_not_read_it_gets_it_plain() -> None:
    headers, body = await asked(HTMLResponse(LONG), {})
    assert "content-encoding" not in headers
    assert body.decode() == LONG


async def test_a_page_in_pieces_goes_as_it_comes() -> None:
    async def in_pieces(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        for is_followed in (True, False):
            await send({"type": "http.response.body", "body": LONG.encode(), "more_body": is_followed})

    headers, body = await asked(in_pieces, GZIP)
    assert "content-encoding" not in headers
    assert body.decode() == LONG * 2
