"""The version of the language that a run saw: a digest over the engine's and the host's code.

Replays compare it: under another one, a difference is news about us rather than about the script. The code is read as bytes; the web
process never imports it.
"""

import hashlib
from functools import cache
from pathlib import Path

_APP = Path(__file__).parent.parent


@cache
def engine_version() -> str:
    """Sixteen hexadecimal digits, the same for the same code."""
    digest = hashlib.sha256()
    for folder in ("engine", "host"):
        for file in sorted((_APP / folder).rglob("*.py")):
            digest.update(file.relative_to(_APP).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
