"""The checks, one small function each; `verify` runs them over a code object and all code objects inside it."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_ITERABLE_COROUTINE, CO_VARARGS, CO_VARKEYWORDS
from types import CodeType
from typing import Final

from app.engine.errors import InternalError
from app.engine.values import INT_MAX, INT_MIN
from app.engine.verify import opcodes

_FORBIDDEN_FLAGS: Final = CO_ASYNC_GENERATOR | CO_COROUTINE | CO_GENERATOR | CO_ITERABLE_COROUTINE | CO_VARARGS | CO_VARKEYWORDS
_PLAIN_CONSTANTS: Final = frozenset({type(None), bool, float, str})
_GROUPS: Final = frozenset({tuple, frozenset})
# `**` and `<<` make huge numbers from small ones; scripts get them from the library, which bounds them first. `@` has no meaning in Rhai.
_FORBIDDEN_OPERATORS: Final = frozenset({3, 4, 8, 16, 17, 21})
_DEPTH: Final = 100
_SKIPPED: Final = frozenset({opcodes.CACHE, opcodes.EXTENDED_ARG})

# What an instruction's argument is, which bounds it.
_UNLISTED, _FREE, _CONSTANT, _NAME, _GLOBAL, _LOCAL, _OPERATOR, _ATTRIBUTES = range(8)
_ARGUMENTS: Final = {
    **dict.fromkeys(opcodes.numbered("LOAD_CONST", "RETURN_CONST"), _CONSTANT),
    **dict.fromkeys(opcodes.numbered("LOAD_NAME", "STORE_NAME", "STORE_GLOBAL"), _NAME),
    # The lowest bit of this one's argument says something else.
    **dict.fromkeys(opcodes.numbered("LOAD_GLOBAL"), _GLOBAL),
    **dict.fromkeys(opcodes.numbered("LOAD_FAST", "STORE_FAST", "DELETE_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_AND_CLEAR"), _LOCAL),
    **dict.fromkeys(opcodes.numbered("BINARY_OP"), _OPERATOR),
    **dict.fromkeys(opcodes.numbered("MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE"), _ATTRIBUTES),
}
_KINDS: Final = bytes(_ARGUMENTS.get(opcode, _FREE) if opcode in opcodes.ALLOWED else _UNLISTED for opcode in range(256))
_OPERATORS: Final = 26
"""How many operators there are."""
_ATTRIBUTE_LIMIT: Final = 2
"""Only 0 and 1: a function that we make has defaults at most."""
_BOUNDS: Final = [sys.maxsize if kind == _FREE else 0 for kind in _KINDS]
"""By opcode, from which argument (above a byte) on an instruction is looked at; a code object's own bounds are set in a copy."""
_BOUNDED: Final = [(opcode, kind) for opcode, kind in enumerate(_KINDS) if kind not in (_UNLISTED, _FREE, _OPERATOR)]
"""What is bounded. Of operators some are forbidden, so each is looked at."""


class Refused(InternalError):
    """A code object holds something that a compiled script never needs: a bug of ours, or an attack. It must not run."""


def verify(code: CodeType, is_allowed_name: Callable[[str], bool]) -> frozenset[str]:
    """Lets a code object pass; gives the global names in it and in those inside it.

    ``is_allowed_name`` says which names they may be; they are also checked where they don't seem to be used.

    Raises:
        Refused: some instruction, name, constant, flag or handler isn't on the list.
    """
    names: set[str] = set()
    passed: dict[tuple[int, int, int], _Known] = {}
    pending = [(code, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > _DEPTH:
            raise Refused("code objects are nested too deep")
        _check_shape(current)
        _check_names(current, names, is_allowed_name)
        _check_instructions(current, passed)
        _check_handlers(current)
        pending += [(inner, depth + 1) for inner in _check_constants(current.co_consts)]
    return frozenset(names)


def _check_shape(code: CodeType) -> None:
    if code.co_flags & _FORBIDDEN_FLAGS:
        raise Refused(f"{code.co_name} has the flags {code.co_flags:#x}")
    if code.co_cellvars or code.co_freevars:
        raise Refused(f"{code.co_name} shares Python variables: {code.co_cellvars + code.co_freevars}")


def _check_names(code: CodeType, found: set[str], is_allowed_name: Callable[[str], bool]) -> None:
    """Checks the names that weren't found in other code objects before, and adds them."""
    new = set(code.co_names) - found
    for name in new:
        if not is_allowed_name(name):
            raise Refused(f"{code.co_name} uses the name {name!r}")
    found |= new


def _check_constants(constants: Iterable[object]) -> list[CodeType]:
    """The code objects among some constants."""
    inner: list[CodeType] = []
    for constant in constants:
        kind = type(constant)
        if kind in _PLAIN_CONSTANTS:
            continue
        if isinstance(constant, int):
            if kind is not int or not INT_MIN <= constant <= INT_MAX:
                raise Refused(f"the constant {constant} isn't a 64-bit integer")
        elif isinstance(constant, CodeType):
            inner.append(constant)
        elif not isinstance(constant, tuple | frozenset):
            raise Refused(f"there is a constant of type {kind.__name__}")
        elif kind not in _GROUPS or _check_constants(constant):
            raise Refused("a constant tuple or set holds code")
    return inner


def _check_instructions(code: CodeType, passed: dict[tuple[int, int, int], _Known]) -> None:
    """Listed instructions only, with operators and operands that are allowed.

    Constants, names and locals must be there: CPython doesn't look, it would take whatever lies in memory behind the last one.
    """
    raw = code.co_code
    sizes = len(code.co_consts), len(code.co_names), code.co_nlocals
    known = passed.get(sizes)
    if known is None:
        known = passed[sizes] = _Known(*sizes)
    bounds = known.bounds
    # Argument and instruction as one number: most occur many times, and a set of numbers is quicker than one of pairs.
    new = set(_units(raw)) - known.units
    for unit in new:
        if unit >= bounds[unit & 0xFF]:
            _check_instruction(code, unit & 0xFF, unit >> 8, known.limits)
    known.units |= new
    if opcodes.EXTENDED_ARG in raw:
        for opcode, argument in _prefixed(raw):
            _check_instruction(code, opcode, argument, known.limits)


class _Known:
    """What holds for all code objects with so many constants, names and locals, on which alone it hangs whether an instruction passes.

    Short functions are mostly alike in these, so that few of their instructions have to be looked at.
    """

    __slots__ = ("bounds", "limits", "units")

    def __init__(self, constants: int, names: int, variables: int) -> None:
        self.limits = (0, sys.maxsize, constants, names, 2 * names, variables, _OPERATORS, _ATTRIBUTE_LIMIT)
        """By what an argument is, the least that it must be below."""
        self.bounds = _BOUNDS.copy()
        for opcode, kind in _BOUNDED:
            self.bounds[opcode] = self.limits[kind] << 8
        self.units: set[int] = set()
        """The instructions that have passed."""


def _units(raw: bytes) -> Iterable[int]:
    """The instructions as numbers, the argument above the opcode."""
    units = array("H", raw)
    if sys.byteorder == "big":
        units.byteswap()
    return units


def _check_instruction(code: CodeType, opcode: int, argument: int, limits: tuple[int, ...]) -> None:
    kind = _KINDS[opcode]
    if kind == _UNLISTED:
        raise Refused(f"{code.co_name} holds the opcode {opcode}")
    if kind == _OPERATOR and (argument in _FORBIDDEN_OPERATORS or argument >= limits[kind]):
        raise Refused(f"{code.co_name} uses the operator {argument}")
    if kind == _ATTRIBUTES and argument >= limits[kind]:
        raise Refused(f"{code.co_name} makes a function with the attributes {argument:#x}")
    if argument >= limits[kind]:
        raise Refused(f"{code.co_name} reaches behind its constants, names or variables")


def _prefixed(raw: bytes) -> Iterator[tuple[int, int]]:
    """Opcode and argument of each instruction whose argument takes more than a byte."""
    kinds, last = raw[::2], len(raw) // 2 - 1
    at = kinds.find(opcodes.EXTENDED_ARG)
    while 0 <= at < last:
        argument = raw[2 * at + 1]
        while at < last and kinds[at] == opcodes.EXTENDED_ARG:
            at += 1
            argument = argument << 8 | raw[2 * at + 1]
        yield kinds[at], argument
        at = kinds.find(opcodes.EXTENDED_ARG, at + 1)


def _check_handlers(code: CodeType) -> None:
    """Every handler names the exceptions it takes, or only tidies up: no script may swallow the end of its run."""
    if not code.co_exceptiontable:
        return
    kinds = code.co_code[::2]
    for target in set(_handler_targets(code.co_exceptiontable)):
        if not (_is_named_handler(_from(kinds, target)) or _is_clean_up(_from(kinds, target))):
            raise Refused(f"{code.co_name} has a handler for every exception")


def _from(kinds: bytes, target: int) -> Iterator[int]:
    """The instructions from a byte offset on, without caches and prefixes: few are looked at, and a function may be long."""
    for at in range(target // 2, len(kinds)):
        if kinds[at] not in _SKIPPED:
            yield kinds[at]


def _is_named_handler(body: Iterator[int]) -> bool:
    return (
        next(body, -1) == opcodes.PUSH_EXC_INFO
        and next(body, -1) in (opcodes.LOAD_GLOBAL, opcodes.LOAD_NAME)
        and next(body, -1) == opcodes.CHECK_EXC_MATCH
    )


def _is_clean_up(body: Iterator[int]) -> bool:
    for opcode in body:
        if opcode == opcodes.RERAISE:
            return True
        if opcode not in opcodes.CLEAN_UP:
            return False
    return False


def _handler_targets(table: bytes) -> Iterator[int]:
    """Byte offsets of the handlers in an exception table (format: CPython's Objects/exception_handling_notes.txt)."""
    position = 0
    while position < len(table):
        fields = []
        for _ in range(4):
            byte = table[position]
            value = byte & 63
            while byte & 64:
                position += 1
                byte = table[position]
                value = value << 6 | byte & 63
            position += 1
            fields.append(value)
        yield fields[2] * 2
