"""What tests must not depend on: settings, proxies and terminal wishes in the environment of whoever runs them."""

import os
from typing import Final

_MEANT_FOR_TESTS: Final = frozenset({"ALLOY_CHROMIUM", "ALLOY_TEST_POSTGRES"})
_TERMINAL_WISHES: Final = ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "GITHUB_ACTIONS", "COLUMNS", "TERMINAL_WIDTH")
_OURSELVES: Final = "localhost,127.0.0.1,::1"


def shut_out() -> None:
    """Forget them, for this process and those it starts; requests to this machine go to it, never to a proxy."""
    for name in [*_TERMINAL_WISHES, *(name for name in os.environ if name.startswith("ALLOY_") and name not in _MEANT_FOR_TESTS)]:
        os.environ.pop(name, None)
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name)
        os.environ[name] = f"{known},{_OURSELVES}" if known else _OURSELVES
