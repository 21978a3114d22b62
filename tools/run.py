"""`make run`: serve the demo on a free port, or on ALLOY_PORT."""

import os
import socket
import sys
from typing import Final

FIRST_PORT: Final = 8000
PORTS_TRIED: Final = 100


def main() -> None:
    """Choose a port and serve."""
    port = os.environ.pop("ALLOY_PORT", "") or str(free_port())
    os.environ.setdefault("ALLOY_LOG_FORMAT", "text")
    os.environ.setdefault("ALLOY_LOG_LEVEL", "warning")
    # The demo starts everywhere; where the sandbox lacks a wall, every page says so. `alloy serve` refuses to start there.
    os.environ.setdefault("ALLOY_SANDBOX", "degraded")
    sys.argv = ["alloy", "serve", "--demo", "--port", port]
    from app.__main__ import main as alloy

    alloy()


def free_port() -> int:
    """The first port from 8000 on that nobody listens on.

    Raises:
        SystemExit: a hundred are taken.
    """
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit(f"The ports {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are all taken: choose one with ALLOY_PORT=9000 make run.")


if __name__ == "__main__":
    main()
