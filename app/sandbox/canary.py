"""Attacks that a freshly locked child makes on itself when a zygote starts. Under seccomp each must die of SIGSYS.

Deliberately real: the calls are made, not looked up in a table.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Final

SURVIVED: Final = 21
REFUSED: Final = 22


def _open_a_file() -> None:
    os.open("/", os.O_RDONLY)


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside:
        outside.setblocking(False)
        outside.connect_ex(("127.0.0.1", 9))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


CANARIES: Final[dict[str, Callable[[], None]]] = {"open": _open_a_file, "connect": _connect, "fork": _fork}


def attack_and_exit(name: str) -> None:
    """Make the named attack. The exit status tells whether it went through (`SURVIVED`) or another layer refused it (`REFUSED`)."""
    try:
        CANARIES[name]()
    except OSError:
        os._exit(REFUSED)
    os._exit(SURVIVED)
