"""``abort``: the end of a run by the script's own decision. Not an error: it counts against nobody and no ``catch`` sees it."""

from __future__ import annotations

from typing import Final

from app.engine.errors import Stop

ABORTED: Final = "Aborted"
"""The ``kind`` of the stop, by which an outcome tells a decision from a failure."""


class Abort(Stop):
    """The script decided to end. In a before-phase this rejects the save."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        super().__init__(ABORTED, reason, value=reason)
        self.reason = reason
