"""``parse_json``; ``to_json`` is a function of maps."""

from __future__ import annotations

from app.engine import errors, sizes
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.stdlib.json_plain import NOT_PLAIN, plain
from app.engine.stdlib.json_text import Reader
from app.engine.values import Value, type_name

PACKAGE = Package("json")
native = PACKAGE.native

_BYTES_PER_CHARACTER = 8
"""What values of a JSON text take for each of its characters, roughly."""


@native("parse_json", "string", returns="map", context=True)
def parse_json(rt: Runtime, json: str) -> Value:
    """The map that a JSON text describes."""
    sizes.walk(rt, len(json))
    rt.grow(len(json) * _BYTES_PER_CHARACTER)
    value = plain(rt.limits, json)
    if value is NOT_PLAIN:
        value = Reader(rt, json).read()
    if type(value) is not dict:
        raise errors.mismatched_output("map", type_name(value))
    sizes.check(rt, value)
    return value
