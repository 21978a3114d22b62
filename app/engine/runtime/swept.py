"""Methods of arrays with a closure, from ``map`` to ``retain``: it is called straight away, or a sweep over the elements.

Each maker takes the general leaf and gives one with the same signature. A call over a few elements costs as much as it takes to get
there: for those, nothing is asked twice, and what can't be over a limit that isn't small isn't measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cmp_to_key, reduce
from itertools import compress, count
from operator import add, length_hint
from typing import Any, Final

from app.engine import sizes
from app.engine.limits import Limits
from app.engine.lower import ELEMENTS, Extent
from app.engine.natives import CALLBACK_FAULTS
from app.engine.runtime import records
from app.engine.runtime.machine import Bound, Machine
from app.engine.stdlib import array_order
from app.engine.stdlib.key_order import sorted_by_keys
from app.engine.values import FnPtr, Value

Leaf = Callable[..., Any]

_FEW: Final = 64
_CHANGING: Final = frozenset({list, dict, bytearray})
"""What can change in place, so that keeping it in two arrays takes a copy."""


def _added(numbers: Iterable[Any], first: Any) -> Any:
    return reduce(add, numbers, first)


total: Final[Callable[..., Any]] = sum if sys.version_info < (3, 12) else _added
"""All numbers added one by one. Later versions of Python's ``sum`` make up for what rounding floats loses, which no loop does."""


def _code_of(receiver: Value, function: Value, args: int) -> Bound | None:
    """The plain closure to call for each element of an array, if it takes so many arguments."""
    if type(receiver) is not list or type(function) is not FnPtr:
        return None
    code = function.code
    if type(code) is not Bound or code.uses_this or not code.is_direct:
        return None
    return code if code.arity == args + len(function.curried) else None


def _code_with_index(receiver: Value, function: Value) -> Bound | None:
    """The same for a closure that takes the element, or the element and its index."""
    return _code_of(receiver, function, 1) or _code_of(receiver, function, 2)


def _mapped(machine: Machine, general: Leaf) -> Leaf:
    limits = machine.limits
    few = 0 if limits.has_small_sizes else _FEW
    most_text = (limits.max_string_size or sizes.MOST_BYTES) // 4
    is_short = _holding_little(limits, most_text)
    grow = machine.grow

    def finished(code: Bound, _items: list[Value], made: list[Any], _is_swept: bool) -> list[Any]:
        length, gives = len(made), code.compiled.gives
        if length > few:
            return _measured(machine, made, code)
        if gives == "texts":
            characters = sum(map(len, made))
            if characters > most_text:
                return _measured(machine, made, code)
            grow(length * (sizes.ELEMENT_BYTES + sizes.TEXT_BYTES) + characters)
        elif gives or (code.compiled.extent is not None and is_short(code.compiled.extent, made)):
            grow(length * sizes.ELEMENT_BYTES)
        else:
            return _measured(machine, made, code)
        return made

    return _swept(machine, "map", finished, general)


def _holding_little(limits: Limits, most_text: int) -> Callable[[Extent, list[Any]], bool]:
    entries_free = min(sizes.FREE_STEPS - _FEW, limits.max_map_size or sizes.FREE_STEPS)
    elements_free = min(sizes.FREE_STEPS, limits.max_array_size or sizes.FREE_STEPS)

    def is_short(extent: Extent, made: list[Any]) -> bool:
        """Whether a few records, or arrays, hold so little that measuring them would cost nothing, and find nothing."""
        if extent.rows or len(made) * extent.entries > entries_free:
            return False
        characters = 0
        for path in extent.texts:
            for text in records.found(made, path):
                characters += len(text)
        if not (extent.numbers or extent.lists or extent.mixed):
            return characters <= most_text
        elements = len(made)
        for path in (*extent.numbers, *extent.lists, *extent.mixed):
            for part in records.found(made, path):
                elements += len(part)
                for inner in part:
                    if type(inner) is str:
                        characters += len(inner)
        return characters <= most_text and elements <= elements_free and elements + len(made) * extent.entries <= sizes.FREE_STEPS

    return is_short


def _walked(code: Bound, items: list[Value]) -> Any:
    """What a sweep goes over."""
    return zip(items, count(), strict=False) if code.compiled.is_indexed else items


def _measured(machine: Machine, made: list[Any], code: Bound) -> list[Any]:
    """Accounts for the results of ``map``, charges for them, and measures them."""
    length, gives, extent = len(made), code.compiled.gives, code.compiled.extent
    sizes.allow_elements(machine, length, 0)
    sizes.walk(machine, length)
    if gives == "texts":
        sizes.grow_array(machine, made)
        sizes.check_texts(machine, made)
    elif gives:
        # Nothing in it has a size of its own: charged for as if it were measured.
        machine.grow(length * sizes.ELEMENT_BYTES)
        sizes.walk(machine, length if machine.limits.has_data_sizes else 0)
    elif extent is not None:
        machine.grow(length * sizes.ELEMENT_BYTES)
        if machine.limits.has_data_sizes:
            records.check(extent, machine, made)
    else:
        sizes.grow_array(machine, made)
        sizes.check(machine, made)
    return made


def _swept(machine: Machine, name: str, finished: Callable[[Bound, list[Value], list[Any], bool], Value], general: Leaf) -> Leaf:
    """What calls a closure for each element of an array, as the native of that name does, with the index too if it takes that.

    What it gives is made of the closure, the elements, the results, and whether a sweep gave these. The native itself is called if that
    isn't an array and a closure.
    """
    known, levels_below = machine.meter.known_levels, machine.meter.levels_below

    def swept(level: Any, receiver: Any, function: Any) -> Value:
        code = function.code if type(function) is FnPtr else None
        if type(receiver) is list and type(code) is Bound and code.swept_by == name and code.captures == len(function.curried):
            machine.here = level
            made: list[Any] = []
            if receiver:
                outer, inner = known.get(id(level)) or levels_below(level)
                if code.captures:
                    receiver = receiver[:]
                    code.sweep(outer, inner, made.append, *function.curried, _walked(code, receiver))
                else:
                    # Nobody changes the array meanwhile.
                    code.sweep(outer, inner, made.append, _walked(code, receiver) if code.compiled.is_indexed else receiver)
            return finished(code, receiver, made, True)
        code = _code_with_index(receiver, function)
        if code is None:
            return general(level, receiver, function)
        items = list(receiver)
        return finished(code, items, _results(machine, level, code, function.curried, items), False)

    return swept


def _results(machine: Machine, level: Any, code: Bound, cells: tuple[Any, ...], items: list[Value]) -> list[Value]:
    """A closure's results for all elements. Spreading what is curried costs as much as the call, so it isn't done for nothing."""
    machine.here = level
    outer = machine.meter.below(level)
    call, curried = code.reached(cells[: code.captures]), cells[code.captures :]
    if code.arity > len(cells) + 1:
        return [call(outer, *curried, item, at) for at, item in enumerate(items)]
    if not curried:
        return [call(outer, item) for item in items]
    return [call(outer, *curried, item) for item in items]


def _filtered(machine: Machine, general: Leaf) -> Leaf:
    looking = looking_filter(machine, _nothing)

    def filtered(level: Any, receiver: Value, function: Value) -> Value:
        made = looking(level, receiver, function)
        if made is None:
            return general(level, receiver, function)
        if _CHANGING.isdisjoint(map(type, made)):
            return made
        return [machine.copied(item) if type(item) in _CHANGING else item for item in made]

    return filtered


def _nothing(_level: Any, _receiver: Value, _function: Value) -> None:
    """For what can't be swept: whoever asks calls what gives copies already."""


def looking_filter(machine: Machine, general: Leaf) -> Leaf:
    """``filter`` for whoever only looks at what it gives: elements aren't copied."""
    few = 0 if machine.limits.has_small_sizes else _FEW
    grow = machine.grow

    def finished(code: Bound, items: list[Value], answers: list[Any], is_swept: bool) -> list[Value]:
        gives = code.compiled.gives
        if is_swept and gives == ELEMENTS:
            made = answers
        elif gives == "bools":
            made = list(compress(items, answers))
        else:
            made = [item for item, answer in zip(items, answers, strict=True) if answer is True]
        length = len(made)
        if length > few:
            sizes.allow_elements(machine, length, length)
            sizes.walk(machine, length)
        else:
            grow(length * sizes.ELEMENT_BYTES)
        return made

    return _swept(machine, "filter", finished, general)


def _find(machine: Machine, general: Leaf) -> Leaf:
    return _located(machine, "find", machine.copied, general)


def looking_find(machine: Machine, general: Leaf) -> Leaf:
    """``find`` for whoever only looks at what it gives."""
    return _located(machine, "find", _as_it_is, general)


def _index_of(machine: Machine, general: Leaf) -> Leaf:
    return _located(machine, "index_of", None, general)


def _as_it_is(value: Value) -> Value:
    return value


def _located(machine: Machine, name: str, taken: Callable[[Value], Value] | None, general: Leaf) -> Leaf:
    """``find`` and ``index_of``: the first element for which a closure says true, as it is taken from there, or where that is."""
    known, levels_below = machine.meter.known_levels, machine.meter.levels_below
    nothing = -1 if taken is None else None

    def located(level: Any, receiver: Any, function: Any) -> Value:
        code = function.code if type(function) is FnPtr else None
        if type(receiver) is list and type(code) is Bound and code.swept_by == name and code.captures == len(function.curried):
            machine.here = level
            outer, inner = known.get(id(level)) or levels_below(level)
            items = receiver[:] if code.captures else receiver
            walked = iter(items)
            if not items or code.sweep(outer, inner, *function.curried, walked) is not True:
                return nothing
            # The sweep has ended behind the element.
            at = len(items) - length_hint(walked) - 1
        else:
            code = _code_of(receiver, function, 1)
            if code is None:
                return general(level, receiver, function)
            machine.here = level
            outer = machine.meter.below(level)
            cells = function.curried
            call, curried = code.reached(cells[: code.captures]), cells[code.captures :]
            at = next((at for at, item in enumerate(list(receiver)) if call(outer, *curried, item) is True), -1)
            if at < 0:
                return nothing
        if taken is None:
            return at
        # The closure may have changed the array: what is found is where it was.
        return taken(receiver[at]) if at < len(receiver) else None

    return located


def _drained(machine: Machine, general: Leaf) -> Leaf:
    return _removing(machine, general, is_drained=True)


def _retained(machine: Machine, general: Leaf) -> Leaf:
    return _removing(machine, general, is_drained=False)


def _removing(machine: Machine, general: Leaf, *, is_drained: bool) -> Leaf:
    """``drain`` and ``retain``: what is removed is the result, and is so even if the function fails later."""

    def removing(level: Any, receiver: Value, function: Value) -> Value:
        code = _code_of(receiver, function, 1)
        if code is None:
            return general(level, receiver, function)
        machine.here = level
        outer = machine.meter.below(level)
        array: list[Value] = receiver  # type: ignore[assignment]  # by the test
        cells = function.curried  # type: ignore[attr-defined]  # a pointer by the test
        call, curried = code.reached(cells[: code.captures]), cells[code.captures :]
        items = array[:]
        kept: list[Value] = []
        removed: list[Value] = []
        done = 0
        try:
            for item in items:
                goes = (call(outer, *curried, item) is True) is is_drained
                done += 1
                (removed if goes else kept).append(item)
        finally:
            array[:] = kept + items[done:]
        return removed

    return removing


def _some(machine: Machine, general: Leaf) -> Leaf:
    return _quantified(machine, general, is_all=False)


def _all(machine: Machine, general: Leaf) -> Leaf:
    return _quantified(machine, general, is_all=True)


def _quantified(machine: Machine, general: Leaf, *, is_all: bool) -> Leaf:
    """``some`` and ``all``: their sweeps end where the answer is known, and give the last result."""
    name = "all" if is_all else "some"
    known, levels_below = machine.meter.known_levels, machine.meter.levels_below

    def quantified(level: Any, receiver: Any, function: Any) -> Value:
        code = function.code if type(function) is FnPtr else None
        if type(receiver) is list and type(code) is Bound and code.swept_by == name and code.captures == len(function.curried):
            machine.here = level
            outer, inner = known.get(id(level)) or levels_below(level)
            items = receiver[:] if code.captures else receiver
            return code.sweep(outer, inner, *function.curried, items) is True if items else is_all
        return general(level, receiver, function)

    return quantified


def _reduced(machine: Machine, general: Leaf) -> Leaf:
    known, levels_below = machine.meter.known_levels, machine.meter.levels_below

    def reduced(level: Any, receiver: Any, function: Any, initial: Value) -> Value:
        code = function.code if type(function) is FnPtr and type(initial) is not FnPtr else None
        if type(receiver) is list and type(code) is Bound and code.swept_by == "reduce" and code.captures == len(function.curried):
            machine.here = level
            outer, inner = known.get(id(level)) or levels_below(level)
            if len(receiver) > sizes.FREE_STEPS:
                sizes.walk(machine, len(receiver))
            # Nobody changes the array meanwhile, unless the closure has captured something.
            items = receiver[:] if code.captures else receiver
            return code.sweep(outer, inner, *function.curried, initial, items) if items else initial
        code = _code_of(receiver, function, 2) if type(initial) is not FnPtr else None
        if code is None:
            return general(level, receiver, function, initial)
        machine.here = level
        sizes.walk(machine, len(receiver))
        outer, cells = machine.meter.below(level), function.curried
        call, curried, result = code.reached(cells[: code.captures]), cells[code.captures :], initial
        for item in receiver[:]:
            result = call(outer, *curried, result, item)
        return result

    return reduced


def _sorted(machine: Machine, general: Leaf) -> Leaf:
    """``sort`` by a function of two elements: as the library does it, with what is the same for all comparisons found out once."""

    def sort(level: Any, receiver: Value, function: Value) -> Value:
        code = _code_of(receiver, function, 2)
        if code is None:
            return general(level, receiver, function)
        machine.here = level
        outer = machine.meter.below(level)
        cells = function.curried  # type: ignore[attr-defined]  # a pointer by the test
        call, curried = code.reached(cells[: code.captures]), cells[code.captures :]

        def compare(first: Value, second: Value) -> int:
            try:
                answer = call(outer, *curried, first, second)
            except CALLBACK_FAULTS:
                answer = None
            return answer if type(answer) is int else array_order.ordering(answer, first, second)

        items: Any = receiver
        keys = machine.keys(function)  # type: ignore[arg-type]  # a pointer by the test
        by_keys = sorted_by_keys(machine, items, keys, compare) if keys else None
        items[:] = sorted(items[:], key=cmp_to_key(compare)) if by_keys is None else by_keys
        return None

    return sort


METHODS: Final[dict[tuple[str, int], Callable[[Machine, Leaf], Leaf]]] = {
    ("map", 1): _mapped,
    ("filter", 1): _filtered,
    ("find", 1): _find,
    ("index_of", 1): _index_of,
    ("drain", 1): _drained,
    ("retain", 1): _retained,
    ("some", 1): _some,
    ("all", 1): _all,
    ("reduce", 2): _reduced,
    ("sort", 1): _sorted,
}
LOOKING: Final[dict[str, Callable[[Machine, Leaf], Leaf]]] = {"filter": looking_filter, "find": looking_find}
"""Those for whoever only looks at what they give."""
