"""Spans: one for each request when they are on, sent to where the settings say, and no-ops otherwise."""

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Receive, Scope, Send

from app.base.http.request_telemetry import RequestTelemetry
from app.base.telemetry import Metrics, configure_spans, span, spans
from app.testing import in_memory_settings

SENDER = """
from app.base.telemetry import configure_spans, span
from app.testing import in_memory_settings
import sys
assert configure_spans(in_memory_settings(otel_endpoint=sys.argv[1]))
with span("a piece of work", run_id="r-17"):
    pass
"""


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Collects the spans of this process; the process-wide provider can be set only once, so it is left alone."""
    provider, collected = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(collected))
    monkeypatch.setattr(spans, "_tracer", provider.get_tracer("alloy"))
    return collected


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """The address of an OTLP collector, and what it received."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written: the test looks at what was received."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", received
    server.shutdown()
    thread.join()
    server.server_close()


async def _answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    with span("inner work"):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _request(application: RequestTelemetry) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(_message: object) -> None:
        return None

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"x-correlation-id", b"corr-0001")]}
    await application(scope, receive, send)


async def test_a_request_is_a_span_with_its_correlation_id_around_what_happens_inside(exporter: InMemorySpanExporter) -> None:
    await _request(RequestTelemetry(_answer, Metrics(), with_spans=True))
    inner, outer = exporter.get_finished_spans()
    assert (inner.name, outer.name) == ("inner work", "HTTP GET")
    assert outer.attributes == {"correlation_id": "corr-0001"}
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id


async def test_a_request_is_no_span_while_they_are_off(exporter: InMemorySpanExporter) -> None:
    await _request(RequestTelemetry(_answer, Metrics(), with_spans=False))
    assert [each.name for each in exporter.get_finished_spans()] == ["inner work"]


def test_without_an_endpoint_spans_are_never_recorded() -> None:
    assert configure_spans(in_memory_settings()) is False
    with span("nothing listens"):
        assert not trace.get_current_span().is_recording()


@pytest.mark.slow
def test_spans_reach_the_configured_endpoint(collector: tuple[str, list[bytes]]) -> None:
    endpoint, received = collector
    # In a process of its own, which sends what is left when it ends.
    subprocess.run([sys.executable, "-W", "error", "-c", SENDER, endpoint], check=True, timeout=60)
    sent = b"".join(received)
    assert [mark for mark in (b"a piece of work", b"r-17", b"alloy") if mark not in sent] == []


def test_an_endpoint_without_the_exporter_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(RuntimeError, match="alloy\\[otel\\]"):
        configure_spans(in_memory_settings(otel_endpoint="http://127.0.0.1:1"))
