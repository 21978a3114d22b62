"""The instructions that compiled scripts may hold, by what they are good for.

Whatever isn't listed is refused, above all: loading or storing attributes, importing, building classes, generators and coroutines,
`with`, formatting, star calls and keyword calls, star unpacking, matching, and closures over Python's cells.
The names are those of CPython 3.11 to 3.13; a name that a version doesn't have is left out of its set.
"""

import dis
from typing import Final

_STACK: Final = ("CACHE", "RESUME", "NOP", "POP_TOP", "PUSH_NULL", "COPY", "SWAP", "EXTENDED_ARG")
_LOCALS: Final = (
    "LOAD_FAST",
    "LOAD_FAST_CHECK",
    "LOAD_FAST_AND_CLEAR",
    "LOAD_FAST_LOAD_FAST",
    "STORE_FAST",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_STORE_FAST",
    "DELETE_FAST",
)
# Names of the program's own namespace; which names is checked apart.
_NAMES: Final = ("LOAD_GLOBAL", "LOAD_NAME", "STORE_NAME", "STORE_GLOBAL", "LOAD_CONST", "RETURN_CONST")
_OPERATORS: Final = ("BINARY_OP", "UNARY_NEGATIVE", "UNARY_NOT", "UNARY_INVERT", "COMPARE_OP", "IS_OP", "CONTAINS_OP", "TO_BOOL")
_CONTAINERS: Final = (
    "BUILD_LIST",
    "BUILD_TUPLE",
    "BUILD_MAP",
    "BUILD_CONST_KEY_MAP",
    "BUILD_SLICE",
    "LIST_APPEND",
    "LIST_EXTEND",
    "MAP_ADD",
    "UNPACK_SEQUENCE",
    "BINARY_SUBSCR",
    "BINARY_SLICE",
    "STORE_SUBSCR",
    "STORE_SLICE",
    "DELETE_SUBSCR",
)
_JUMPS: Final = (
    "JUMP_FORWARD",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
    "JUMP_IF_FALSE_OR_POP",
    "JUMP_IF_TRUE_OR_POP",
    "POP_JUMP_FORWARD_IF_FALSE",
    "POP_JUMP_FORWARD_IF_TRUE",
    "POP_JUMP_FORWARD_IF_NONE",
    "POP_JUMP_FORWARD_IF_NOT_NONE",
    "POP_JUMP_BACKWARD_IF_FALSE",
    "POP_JUMP_BACKWARD_IF_TRUE",
    "POP_JUMP_BACKWARD_IF_NONE",
    "POP_JUMP_BACKWARD_IF_NOT_NONE",
    "POP_JUMP_IF_FALSE",
    "POP_JUMP_IF_TRUE",
    "POP_JUMP_IF_NONE",
    "POP_JUMP_IF_NOT_NONE",
    "GET_ITER",
    "FOR_ITER",
    "END_FOR",
)
_CALLS: Final = ("PRECALL", "CALL", "MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE", "RETURN_VALUE")
_EXCEPTIONS: Final = ("PUSH_EXC_INFO", "CHECK_EXC_MATCH", "POP_EXCEPT", "RERAISE", "RAISE_VARARGS")


def numbered(*names: str) -> frozenset[int]:
    """The numbers of these instructions in this Python."""
    return frozenset(dis.opmap[name] for name in names if name in dis.opmap)


ALLOWED: Final = numbered(*_STACK, *_LOCALS, *_NAMES, *_OPERATORS, *_CONTAINERS, *_JUMPS, *_CALLS, *_EXCEPTIONS)
CLEAN_UP: Final = numbered(
    "COPY", "POP_EXCEPT", "RERAISE", "LOAD_CONST", "STORE_FAST", "DELETE_FAST", "SWAP", "CACHE", "NOP", "EXTENDED_ARG"
)
"""What Python itself puts behind a handler, and what never goes on with the script."""

RERAISE: Final = dis.opmap["RERAISE"]
PUSH_EXC_INFO: Final = dis.opmap["PUSH_EXC_INFO"]
LOAD_GLOBAL: Final = dis.opmap["LOAD_GLOBAL"]
LOAD_NAME: Final = dis.opmap["LOAD_NAME"]
CHECK_EXC_MATCH: Final = dis.opmap["CHECK_EXC_MATCH"]
CACHE: Final = dis.opmap["CACHE"]
EXTENDED_ARG: Final = dis.opmap["EXTENDED_ARG"]
