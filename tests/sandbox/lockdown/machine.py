"""A tiny interpreter of seccomp's classic BPF, so that a filter can be judged for an architecture that the tests don't run on."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from app.sandbox.lockdown.bpf import Instruction


def decide(program: Sequence[Instruction], audit_token: int, number: int, arguments: Sequence[int] = ()) -> int:
    """The action that the kernel would take on this call."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<iIQ6Q", number if number < 2**31 else number - 2**32, audit_token, 0, *[word % 2**64 for word in words])
    accumulator, at = 0, 0
    while True:
        instruction = program[at]
        at += 1
        match instruction.code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, instruction.operand)
            case 0x54:
                accumulator &= instruction.operand
            case 0x15:
                at += instruction.if_true if accumulator == instruction.operand else instruction.if_false
            case 0x35:
                at += instruction.if_true if accumulator >= instruction.operand else instruction.if_false
            case 0x06:
                return instruction.operand
            case other:
                raise AssertionError(f"an instruction that the assembler never makes: {other:#x}")
