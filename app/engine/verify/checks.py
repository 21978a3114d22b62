"""The checks, one small function each; `verify` runs them over a code object and all code objects inside it."""

import sys
from collections.abc import Callable, Iterator
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_ITERABLE_COROUTINE, CO_VARARGS, CO_VARKEYWORDS
from types import CodeType
from typing import Final

from app.engine.errors import InternalError
from app.engine.values import INT_MAX, INT_MIN
from app.engine.verify import opcodes

_FORBIDDEN_FLAGS: Final = CO_ASYNC_GENERATOR | CO_COROUTINE | CO_GENERATOR | CO_ITERABLE_COROUTINE | CO_VARARGS | CO_VARKEYWORDS
_PLAIN_CONSTANTS: Final = frozenset({type(None), bool, float, str, int})
_DEFAULTS_ONLY: Final = 0x01
# `**` and `<<` make huge numbers from small ones; scripts get them from the library, which bounds them first. `@` has no meaning in Rhai.
_FORBIDDEN_OPERATORS: Final = frozenset({3, 4, 8, 16, 17, 21})
_DEPTH: Final = 100
_OPCODE, _ARGUMENT = (0, 8) if sys.byteorder == "little" else (8, 0)
_CONSTANT: Final = opcodes.numbered("LOAD_CONST", "RETURN_CONST")
_NAME: Final = opcodes.numbered("LOAD_NAME", "STORE_NAME", "DELETE_NAME", "STORE_GLOBAL", "DELETE_GLOBAL")
_GLOBAL: Final = opcodes.numbered("LOAD_GLOBAL")
_LOCAL: Final = opcodes.numbered("LOAD_FAST", "STORE_FAST", "DELETE_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_AND_CLEAR")


class Refused(InternalError):
    """A code object holds something that a compiled script never needs: a bug of ours, or an attack. It must not run."""


def verify(code: CodeType, is_allowed_name: Callable[[str], bool]) -> None:
    """Lets a code object pass.

    ``is_allowed_name`` says which global names it may load or store; names are also checked where they don't seem to be used.

    Raises:
        Refused: some instruction, name, constant, flag or handler isn't on the list.
    """
    pending = [(code, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > _DEPTH:
            raise Refused("code objects are nested too deep")
        _check_shape(current)
        _check_names(current, is_allowed_name)
        _check_instructions(current)
        _check_operands(current)
        _check_handlers(current)
        pending += [(inner, depth + 1) for inner in _check_constants(current.co_consts)]


def _check_shape(code: CodeType) -> None:
    if code.co_flags & _FORBIDDEN_FLAGS:
        raise Refused(f"{code.co_name} has the flags {code.co_flags:#x}")
    if code.co_cellvars or code.co_freevars:
        raise Refused(f"{code.co_name} shares Python variables: {code.co_cellvars + code.co_freevars}")


def _check_names(code: CodeType, is_allowed_name: Callable[[str], bool]) -> None:
    for name in code.co_names:
        if not is_allowed_name(name):
            raise Refused(f"{code.co_name} uses the name {name!r}")


def _check_constants(constants: tuple[object, ...]) -> list[CodeType]:
    """The code objects among some constants."""
    inner: list[CodeType] = []
    for constant in constants:
        kind = type(constant)
        if isinstance(constant, CodeType):
            inner.append(constant)
        elif isinstance(constant, tuple):
            if kind is not tuple or _check_constants(constant):
                raise Refused("a constant tuple holds code")
        elif kind not in _PLAIN_CONSTANTS:
            raise Refused(f"there is a constant of type {kind.__name__}")
        elif isinstance(constant, int) and not INT_MIN <= constant <= INT_MAX:
            raise Refused(f"the constant {constant} isn't a 64-bit integer")
    return inner


def _instructions(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """(offset in bytes, opcode, argument) of each instruction, caches and prefixes included."""
    argument = 0
    for offset in range(0, len(raw), 2):
        opcode = raw[offset]
        argument = argument << 8 | raw[offset + 1]
        yield offset, opcode, argument
        if opcode != opcodes.EXTENDED_ARG:
            argument = 0


def _check_instructions(code: CodeType) -> None:
    raw = code.co_code
    if not opcodes.ALLOWED.issuperset(raw[::2]):
        foreign = set(raw[::2]) - opcodes.ALLOWED
        raise Refused(f"{code.co_name} holds the opcodes {sorted(foreign)}")
    for argument in _arguments(raw, opcodes.BINARY_OP):
        if argument in _FORBIDDEN_OPERATORS:
            raise Refused(f"{code.co_name} uses the operator {argument}")
    for opcode in (opcodes.MAKE_FUNCTION, opcodes.SET_FUNCTION_ATTRIBUTE):
        for argument in _arguments(raw, opcode):
            if argument & ~_DEFAULTS_ONLY:
                raise Refused(f"{code.co_name} makes a function with the attributes {argument:#x}")


def _check_operands(code: CodeType) -> None:
    """Constants, names and locals are there: CPython doesn't look, it would take whatever lies in memory behind the last one."""
    raw = code.co_code
    sizes = dict.fromkeys(_CONSTANT, len(code.co_consts)) | dict.fromkeys(_NAME, len(code.co_names))
    # The lowest bit of this one's argument says something else.
    sizes |= dict.fromkeys(_GLOBAL, 2 * len(code.co_names)) | dict.fromkeys(_LOCAL, len(code.co_varnames))
    # Instruction and argument as one number: most occur many times, and a set of numbers is quicker than one of pairs.
    found = {(unit >> _OPCODE & 0xFF, unit >> _ARGUMENT & 0xFF) for unit in set(memoryview(raw).cast("H"))}
    found.update(_prefixed(raw))
    for opcode, argument in found:
        if opcode in sizes and argument >= sizes[opcode]:
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


def _arguments(raw: bytes, opcode: int) -> Iterator[int]:
    """The arguments of all instructions of one kind, prefixes included, found without walking the others."""
    kinds = raw[::2]
    at = kinds.find(opcode) if opcode >= 0 else -1
    while at >= 0:
        argument, prefix, shift = raw[2 * at + 1], at - 1, 8
        while prefix >= 0 and kinds[prefix] == opcodes.EXTENDED_ARG:
            argument |= raw[2 * prefix + 1] << shift
            prefix, shift = prefix - 1, shift + 8
        yield argument
        at = kinds.find(opcode, at + 1)


def _check_handlers(code: CodeType) -> None:
    """Every handler names the exceptions it takes, or only tidies up: no script may swallow the end of its run."""
    raw = code.co_code
    for target in set(_handler_targets(code.co_exceptiontable)):
        body = [opcode for _, opcode, _ in _instructions(raw[target:]) if opcode not in (opcodes.CACHE, opcodes.EXTENDED_ARG)]
        if not (_is_named_handler(body) or _is_clean_up(body)):
            raise Refused(f"{code.co_name} has a handler for every exception")


def _is_named_handler(body: list[int]) -> bool:
    return (
        len(body) > 2
        and body[0] == opcodes.PUSH_EXC_INFO
        and body[1] in (opcodes.LOAD_GLOBAL, opcodes.LOAD_NAME)
        and body[2] == opcodes.CHECK_EXC_MATCH
    )


def _is_clean_up(body: list[int]) -> bool:
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
