"""The runtime of constant folding."""

import pytest

from app.engine.errors import InternalError
from app.engine.fold.unmetered import Unmetered
from app.engine.limits import Limits
from app.engine.stdlib import STANDARD
from app.engine.values import FnPtr


def test_folding_neither_counts_nor_calls() -> None:
    folding = Unmetered(Limits(), STANDARD)
    folding.charge(10**9)
    folding.grow(10**9)
    assert folding.arity(FnPtr("f")) is None
    assert folding.functions() == ()
    for call in (
        lambda: folding.call(FnPtr("f"), ()),
        lambda: folding.print(""),
        lambda: folding.debug("", None),
        folding.monotonic,
    ):
        with pytest.raises(InternalError):
            call()
