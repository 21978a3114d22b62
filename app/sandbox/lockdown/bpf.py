"""An assembler for seccomp's classic BPF: from rules over system calls to the bytes that the kernel takes.

A filter is a list of rules tried in order. A rule names a system call number and conditions on its arguments; the first rule whose
number and conditions all hold decides, and when none does the default decides. Several rules for one number are alternatives.
It knows nothing of which calls the sandbox allows: see `policy`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ALLOW: Final = 0x7FFF0000
KILL_PROCESS: Final = 0x80000000
_ERRNO: Final = 0x00050000

_LOAD_WORD: Final = 0x20
_AND: Final = 0x54
_JUMP_EQUAL: Final = 0x15
_JUMP_AT_LEAST: Final = 0x35
_RETURN: Final = 0x06

_NUMBER_AT: Final = 0
_AUDIT_TOKEN_AT: Final = 4
_ARGUMENTS_AT: Final = 16
_WORD: Final = 0xFFFFFFFF


def fail_with(errno: int) -> int:
    """The action that makes a call fail with `errno` instead of killing."""
    return _ERRNO | errno


@dataclass(frozen=True, slots=True)
class Condition:
    """The masked low half of an argument is one of `values`; with `is_wide` its high half must be zero too.

    The kernel itself reads only the low half of an `int` argument such as a descriptor, so comparing that half is exact there.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = _WORD
    is_wide: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do with calls of `number` whose arguments meet every condition."""

    number: int
    conditions: tuple[Condition, ...] = ()
    action: int = ALLOW


@dataclass(frozen=True, slots=True)
class Instruction:
    """One BPF instruction; jump distances count from the next one."""

    code: int
    operand: int
    if_true: int = 0
    if_false: int = 0

    def packed(self) -> bytes:
        """The kernel's `struct sock_filter`."""
        return struct.pack("=HBBI", self.code, self.if_true, self.if_false, self.operand)


def assemble(audit_token: int, foreign_from: int | None, rules: Sequence[Rule], default: int) -> list[Instruction]:
    """The program for one architecture. Calls of another architecture, or numbered from `foreign_from` on, always kill."""
    program = [
        Instruction(_LOAD_WORD, _AUDIT_TOKEN_AT),
        Instruction(_JUMP_EQUAL, audit_token, if_true=1),
        Instruction(_RETURN, KILL_PROCESS),
    ]
    if foreign_from is not None:
        program += [
            Instruction(_LOAD_WORD, _NUMBER_AT),
            Instruction(_JUMP_AT_LEAST, foreign_from, if_false=1),
            Instruction(_RETURN, KILL_PROCESS),
        ]
    for rule in rules:
        program += _rule(rule)
    program.append(Instruction(_RETURN, default))
    return program


def packed(program: Sequence[Instruction]) -> bytes:
    """The bytes of a program, as `prctl(PR_SET_SECCOMP)` takes them."""
    return b"".join(instruction.packed() for instruction in program)


def _rule(rule: Rule) -> list[Instruction]:
    """Built backwards, because every failed test jumps to the end of the rule."""
    body = [Instruction(_RETURN, rule.action)]
    for condition in reversed(rule.conditions):
        body = _condition(condition, len(body)) + body
    return [Instruction(_LOAD_WORD, _NUMBER_AT), Instruction(_JUMP_EQUAL, rule.number, if_false=len(body)), *body]


def _condition(condition: Condition, rest: int) -> list[Instruction]:
    low_at = _ARGUMENTS_AT + 8 * condition.argument
    tests: list[Instruction] = []
    for position, value in enumerate(reversed(condition.values)):
        misses = rest if position == 0 else 0
        tests.insert(0, Instruction(_JUMP_EQUAL, value, if_true=position, if_false=misses))
    masking = [Instruction(_AND, condition.mask)] if condition.mask != _WORD else []
    low = [Instruction(_LOAD_WORD, low_at), *masking, *tests]
    if not condition.is_wide:
        return low
    high_must_be_zero = Instruction(_JUMP_EQUAL, 0, if_false=len(low) + rest)
    return [Instruction(_LOAD_WORD, low_at + 4), high_must_be_zero, *low]
