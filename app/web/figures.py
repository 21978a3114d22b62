"""Figures as people read them: how long, how large, how many. Pure."""

from typing import Final

_MILLI: Final = 1_000
_SECOND: Final = 1_000_000
_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")


def duration(microseconds: int) -> str:
    """How long something took that takes seconds at most."""
    if microseconds < _MILLI:
        return f"{microseconds} µs"
    if microseconds < 10 * _MILLI:
        return f"{microseconds / _MILLI:.1f} ms"
    if microseconds < _SECOND:
        return f"{microseconds / _MILLI:.0f} ms"
    return f"{microseconds / _SECOND:.1f} s"


def span(seconds: float) -> str:
    """A time that may be long, in its two largest units."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    return f"{hours:,} h {minutes % 60} min" if hours else f"{minutes} min {int(seconds % 60)} s"


def size(size_bytes: int) -> str:
    """A size in the unit that people would use."""
    amount, unit = float(size_bytes), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:,.1f} {_UNITS[unit]}" if unit else f"{size_bytes} bytes"


def counted(count: int, noun: str) -> str:
    """So many of something."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
