"""Log lines: where they go and what they carry."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from app.base.settings import Settings
from app.base.telemetry.logs import bind_correlation, configure_logs, logger


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The configuration is the process's: put back what was there."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def standard_error() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)


def lines(stream: io.TextIOWrapper) -> list[dict[str, object]]:
    stream.seek(0)
    return [json.loads(line) for line in stream]


def test_a_json_line_carries_event_level_and_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", standard_error())
    configure_logs(Settings(log_format="json"))
    token = bind_correlation("request-1")
    try:
        logger().info("script saved", script="s1")
    finally:
        token.var.reset(token)
    [line] = lines(sys.stderr)  # type: ignore[arg-type]  # replaced above
    assert {name: line[name] for name in ("event", "level", "script", "correlation_id")} == {
        "event": "script saved",
        "level": "info",
        "script": "s1",
        "correlation_id": "request-1",
    }


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_lines_go_on_when_standard_error_was_replaced_and_closed(
    log_format: Literal["json", "text"], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = standard_error(), standard_error()
    monkeypatch.setattr(sys, "stderr", first)
    configure_logs(Settings(log_format=log_format))
    log = logger()
    log.info("one")
    monkeypatch.setattr(sys, "stderr", second)
    first.close()
    log.info("two")
    second.seek(0)
    assert "two" in second.read()
