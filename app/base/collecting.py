"""How often a long-lived process looks for garbage in cycles."""

import gc
from typing import Final

_THRESHOLDS: Final = (50_000, 20, 50)


def collect_rarely() -> None:
    """What is here now stays and is never looked through again; what comes later is looked through rarely.

    Looking through everything again and again cost two thirds of the slowest requests' time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
