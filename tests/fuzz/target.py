"""What the fuzz targets share: text from bytes, and starting atheris."""

from __future__ import annotations

import sys
from collections.abc import Callable


def text_of(data: bytes) -> str:
    """Any bytes as a source: UTF-8 where they are, so that a corpus can be read, and nothing that a source can't hold."""
    return data.decode("utf-8", errors="replace")


def start(check: Callable[[bytes], None]) -> None:
    """Fuzzes until stopped, with libFuzzer's options from the command line."""
    import atheris  # no dependency of ours: whoever fuzzes installs it

    atheris.instrument_all()
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
