"""Moments of the injected clock. Source: Rhai 1.26 ``packages/time_basic.rs``."""

from __future__ import annotations

from app.engine import errors
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.values import Timestamp

PACKAGE = Package("time")
native = PACKAGE.native
getter = PACKAGE.getter


@native("timestamp", returns="timestamp", context=True)
def timestamp(rt: Runtime) -> Timestamp:
    """This moment."""
    return Timestamp(rt.monotonic())


@native("elapsed", "timestamp", returns="f64", context=True)
@getter("elapsed", "timestamp", returns="f64", context=True)
def elapsed(rt: Runtime, timestamp: Timestamp) -> float:
    """Seconds since the moment."""
    now = rt.monotonic()
    if timestamp.seconds > now:
        raise errors.arithmetic("Time-stamp is later than now")
    return now - timestamp.seconds
