"""Requests through the guarded way out, against real services on loopback."""

import asyncio
import gzip
import zlib

import pytest

from app.base.egress import Egress, EgressLimits, EgressRefused, OutboundRequest, OutboundResponse, Reason, parse_rule
from tests.base.egress.services import LOOPBACK, Service, always, answer, egress, get, named, serving


async def refusal(way: Egress, request: OutboundRequest, *rules: str) -> Reason:
    """The reason why a request is refused."""
    async with way:
        with pytest.raises(EgressRefused) as refused:
            await way.fetch(request, [parse_rule(rule) for rule in rules])
    return refused.value.reason


async def test_an_allowed_request_gets_its_answer_with_host_and_body_unchanged() -> None:
    async with serving(always(answer(201, "X-A: b\r\n", b"made"))) as service, egress(shop_test=["127.0.0.1"]) as way:
        request = OutboundRequest("POST", service.url("/a?b=c", "shop.test"), (("X-Key", "v"),), b"{}")
        got = await way.fetch(request, service.rules("shop.test"))
    assert (got.status, got.body, dict(got.headers)["x-a"]) == (201, b"made", "b")
    assert service.seen[0].startswith("POST /a?b=c HTTP/1.1\r\n")
    assert f"Host: shop.test:{service.port}\r\n" in service.seen[0]
    assert service.seen[0].endswith("\r\n\r\n{}")


async def test_a_host_off_the_list_is_refused_before_anything_is_sent() -> None:
    async with serving(always(answer())) as service:
        assert await refusal(egress(other_test=["127.0.0.1"]), get(service.url(host="other.test"))) is Reason.NOT_ALLOWED
    assert service.seen == []


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fd00::1"]]
)
async def test_a_name_with_any_private_address_is_refused(addresses: list[str]) -> None:
    way = Egress(resolver=named(rebind_test=addresses))
    assert await refusal(way, get("http://rebind.test/"), "rebind.test") is Reason.ADDRESS


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "[::]", "169.254.169.254", "100.100.100.200", "168.63.129.16", "[fd00:ec2::254]", "[64:ff9b:1::7f00:1]"),
        *("[64:ff9b::7f00:1]", "[::ffff:10.0.0.1]", "[2002:7f00:1::]", "[fe80::1]"),
    ],
)
async def test_a_private_address_in_the_url_is_refused_even_when_listed(host: str) -> None:
    assert await refusal(Egress(), get(f"http://{host}/"), host) is Reason.ADDRESS


async def test_the_name_of_a_metadata_service_is_refused_even_when_listed() -> None:
    way = Egress(resolver=named(metadata_google_internal=["169.254.169.254"]))
    assert await refusal(way, get("http://metadata.google.internal/"), "metadata.google.internal") is Reason.ADDRESS


async def test_a_name_is_resolved_once_so_that_a_second_answer_has_no_effect() -> None:
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    async with serving(always(answer(body=b"first"))) as service, Egress(resolver=rebinding, permitted=LOOPBACK) as way:
        got = await way.fetch(get(service.url(host="rebind.test")), service.rules("rebind.test"))
    assert got.body == b"first"
    assert asked == ["rebind.test"]


async def test_an_unknown_name_and_a_closed_port_are_told_apart() -> None:
    assert await refusal(egress(), get("http://nowhere.test/"), "nowhere.test") is Reason.RESOLUTION
    async with serving(always(answer())) as service:
        port = service.port
    assert await refusal(egress(), get(f"http://127.0.0.1:{port}/"), f"127.0.0.1:{port}") is Reason.CONNECTION


async def follow(location: str, status: int = 302, request: OutboundRequest | None = None) -> tuple[Service, OutboundResponse]:
    """Follows a redirect from shop.test to `location`, where {port} is the service's, and other.test is allowed too."""

    async def script(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(
            answer(status, f"Location: {location.replace('{port}', str(service.port))}\r\n") if path == "/" else answer(body=b"end")
        )

    async with serving(script) as service, egress(shop_test=["127.0.0.1"], other_test=["127.0.0.1"]) as way:
        start = request or get("", ("Authorization", "Bearer x"), ("X-Secret", "s"), ("Accept", "a/b"))
        start = OutboundRequest(start.method, service.url(host="shop.test"), start.headers, start.body, frozenset({"x-secret"}))
        return service, await way.fetch(start, service.rules("shop.test", "other.test"))


@pytest.mark.parametrize("location", ["/next", "next", "//shop.test:{port}/next", "http://shop.test:{port}/next"])
async def test_a_redirect_within_an_origin_keeps_credentials(location: str) -> None:
    service, got = await follow(location)
    assert got.body == b"end"
    assert "Authorization: Bearer x" in service.seen[1]


@pytest.mark.parametrize("location", ["//other.test:{port}/next", "http://other.test:{port}/next"])
async def test_a_redirect_to_another_origin_drops_credentials_and_secret_headers(location: str) -> None:
    service, got = await follow(location)
    assert got.body == b"end"
    assert "Bearer" not in service.seen[1]
    assert "X-Secret" not in service.seen[1]
    assert "Accept: a/b" in service.seen[1]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:{port}/next", Reason.NOT_ALLOWED),
        ("http://169.254.169.254/latest", Reason.NOT_ALLOWED),
        ("//evil.test/", Reason.NOT_ALLOWED),
        ("file:///etc/passwd", Reason.SCHEME),
        ("gopher://x/", Reason.SCHEME),
        ("http://shop.test:{port}\\@evil.test/", Reason.URL),
        ("/", Reason.REDIRECT),
    ],
)
async def test_a_redirect_passes_the_same_checks(location: str, reason: Reason) -> None:
    with pytest.raises(EgressRefused) as refused:
        await follow(location)
    assert refused.value.reason is reason


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_a_redirected_post_becomes_a_get_where_http_says_so(status: int, method: str) -> None:
    service, _ = await follow("/next", status, OutboundRequest("POST", "", (("Content-Type", "a/b"),), b"body"))
    assert service.seen[1].startswith(f"{method} /next")
    assert service.seen[1].endswith("body") is (method == "POST")


@pytest.mark.parametrize(
    "header", [("X-A", "b\r\nX-B: c"), ("X A", "b"), ("X-A", "é"), ("Host", "evil"), ("Content-Length", "9"), ("", "x")]
)
async def test_a_header_that_could_change_the_request_is_refused(header: tuple[str, str]) -> None:
    assert await refusal(egress(), get("http://127.0.0.1/", header), "127.0.0.1") is Reason.HEADER


async def test_compressed_answers_are_decoded() -> None:
    for encoding, packed in (("gzip", gzip.compress(b"hello")), ("deflate", zlib.compress(b"hello")), ("identity", b"hello")):
        async with serving(always(answer(200, f"Content-Encoding: {encoding}\r\n", packed))) as service, egress() as way:
            assert (await way.fetch(get(service.url()), service.rules())).body == b"hello"


# Without a time of making: such bytes are part of a test's name, and processes that share tests out compare the names.
BOMB = gzip.compress(b"\0" * 20_000_000, mtime=0)
CUT_SHORT = gzip.compress(b"hello", mtime=0)[:-9]
LIMITS = EgressLimits(response_bytes=100_000)
IMPATIENT = EgressLimits(total_seconds=0.5, connect_seconds=0.5, response_bytes=100_000)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answer(body=b"x" * 100_001), Reason.TOO_LARGE),
        (answer(200, "Content-Encoding: gzip\r\n", BOMB), Reason.TOO_LARGE),
        (answer(200, "Content-Encoding: gzip\r\n", BOMB[:1000]), Reason.TOO_LARGE),
        (answer(200, "Content-Encoding: gzip\r\n", CUT_SHORT), Reason.PROTOCOL),
        (answer(200, "Content-Encoding: gzip\r\n", b"not gzip"), Reason.PROTOCOL),
        (answer(200, "Content-Encoding: br\r\n", b"x"), Reason.PROTOCOL),
        (answer(200, "".join(f"X-{n}: y\r\n" for n in range(200))), Reason.HEADER),
        (answer(200, f"X: {'y' * 200_000}\r\n"), Reason.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", Reason.PROTOCOL),
        (b"nonsense\r\n\r\n", Reason.PROTOCOL),
        (b"", Reason.PROTOCOL),
    ],
)
async def test_a_hostile_answer_is_cut_off(reply: bytes, reason: Reason) -> None:
    async with serving(always(reply)) as service, egress(LIMITS) as way:
        with pytest.raises(EgressRefused) as refused:
            await way.fetch(get(service.url()), service.rules())
    assert refused.value.reason is reason


async def test_a_slow_drip_ends_with_the_total_deadline() -> None:
    stopped = asyncio.Event()

    async def drip(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not stopped.is_set():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(drip) as service, egress(IMPATIENT) as way:
        with pytest.raises(EgressRefused) as refused:
            await way.fetch(get(service.url()), service.rules())
        stopped.set()
    assert refused.value.reason is Reason.TIMEOUT


async def test_a_request_that_is_too_large_is_not_sent() -> None:
    request = OutboundRequest("POST", "http://127.0.0.1/", (), b"x" * 2_000_000)
    assert await refusal(egress(), request, "127.0.0.1") is Reason.TOO_LARGE


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serving(always(answer(body=b"direct"))) as service, egress() as way:
        assert (await way.fetch(get(service.url()), service.rules())).body == b"direct"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1:8443", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]:443"])
def test_an_entry_that_no_request_would_ever_reach_is_refused(host: str) -> None:
    with pytest.raises(EgressRefused, match="isn't a public address") as refused:
        Egress().check_rule(parse_rule(host))
    assert refused.value.reason is Reason.ADDRESS


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]:443", "api.example.com", "*.example.com", "127.9.0.1:80"])
def test_an_entry_that_may_be_reached_is_let_in(host: str) -> None:
    Egress(permitted=LOOPBACK).check_rule(parse_rule(host))
