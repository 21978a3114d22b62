"""Shapes: what a host promises of a variable that it binds, so that a program can be translated for just that.

A promise is checked each time such a variable is bound (``Record.taker``): a program never sees a value that isn't of its shape,
whatever the host gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from app.engine import ops
from app.engine.infer import atoms, types
from app.engine.values import INT_MAX, INT_MIN, Value

_TYPES: Final[Mapping[type, atoms.Type]] = {
    str: atoms.TEXT,
    int: atoms.INT,
    float: atoms.FLOAT,
    bool: atoms.BOOL,
    object: atoms.ANY,
}


class Unfit(ValueError):
    """A value isn't of the shape that its variable was declared with: the host's mistake, which no script sees."""


class Record:
    """A map with just these keys, each entry of one type: ``str``, ``int`` (64 bits), ``float``, ``bool``, or ``object`` for any."""

    __slots__ = ("_source", "fields", "type")

    def __init__(self, fields: Mapping[str, type]) -> None:
        self.fields = dict(fields)
        self.type = types.map_of({name: _TYPES[kind] for name, kind in fields.items()}, atoms.NEVER, frozenset(fields))
        self._source = _TAKER.format(test=" and ".join(_tests(self.fields)))

    def taker(self, name: str) -> Callable[[Any], dict[str, Value]]:
        """What makes the script's own copy of a value for the variable of that name; it raises ``Unfit`` for any other shape."""
        namespace = {"copied": ops.copied if object in self.fields.values() else dict.copy, "fault": partial(self._fault, name)}
        exec(self._source, namespace)  # noqa: S102  # tests of ours, in which names of fields are literals
        taken: Callable[[Any], dict[str, Value]] = namespace["taken"]  # type: ignore[assignment]  # defined by the source
        return taken

    def _fault(self, name: str, value: Any) -> Unfit:
        if type(value) is not dict:
            return Unfit(f"{name}: a dict is needed, not {type(value).__name__}.")
        if value.keys() != self.fields.keys():
            unknown, missing = value.keys() - self.fields.keys(), self.fields.keys() - value.keys()
            return Unfit(f"{name}: there is no field {min(map(str, unknown))}." if unknown else f"{name}: {min(missing)} is missing.")
        for key, kind in self.fields.items():
            if kind is not object and type(value[key]) is not kind:
                return Unfit(f"{name}.{key}: {kind.__name__} is needed, not {type(value[key]).__name__}.")
        return Unfit(f"{name}: an integer has more than 64 bits.")


_TAKER: Final = """
def taken(record, type=type, str=str, int=int, float=float, bool=bool):
    try:
        if {test}:
            return copied(record)
    except KeyError:
        pass
    raise fault(record)
"""
"""One expression of Python for all fields: asking a table of them takes three times as long. Types are its own variables, read sooner."""


def _tests(fields: Mapping[str, type]) -> Iterator[str]:
    """What holds of such a record; a field that is missing raises ``KeyError``. Names are written as Python's own literals."""
    yield "type(record) is dict"
    yield f"len(record) == {len(fields)}"
    for name, kind in fields.items():
        entry = f"record[{name!r}]"
        if kind is int:
            yield f"type(entry := {entry}) is int and {INT_MIN} <= entry <= {INT_MAX}"
        elif kind is object:
            yield f"({entry}, True)[1]"
        else:
            yield f"type({entry}) is {kind.__name__}"
