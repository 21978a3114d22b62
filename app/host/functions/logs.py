"""``log``, ``log_warn``, ``log_error``."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.display import display
from app.engine.values import Value
from app.host.channel import HostRuntime
from app.host.table import Effect, Helper, overload


def _writer(level: str) -> Callable[[HostRuntime, Value], None]:
    def write(rt: HostRuntime, message: Value) -> None:
        rt.host.log(level, display(message))

    return write


def _helper(name: str, level: str, doc: str, example: str) -> Helper:
    ways = (overload("message: ?", "()", _writer(level), needs_runtime=True),)
    return Helper(name, doc, example, ways, effect=Effect.LOG, cost=10)


HELPERS = (
    _helper(
        "log",
        "info",
        "Writes a line to the run's log, with the script's name and the execution id. Anything can be logged; text as it is, other "
        "values as `print` shows them. A line is cut at 8,192 characters, and a run keeps 1,000 lines.",
        "log(`amount is ${entity.amount}`);",
    ),
    _helper("log_warn", "warning", "Like `log`, as a warning.", 'log_warn("No tax rate; using the default");'),
    _helper(
        "log_error",
        "error",
        "Like `log`, as an error. It does not end the run, and the run does not count as failed.",
        'log_error("The partner answered nonsense");',
    ),
)
