"""The standard library: everything a script can call without files and modules, one module per package.

``STANDARD`` is the table of it. Deliberately absent: ``sleep`` (see ``core``), the decimal functions (Rhai's default
build hasn't them either), and values' tags (see ``core``).
"""

from __future__ import annotations

from typing import Final

from app.engine.natives import Natives
from app.engine.stdlib import (
    arithmetic,
    array_callbacks,
    array_names,
    array_order,
    array_parts,
    arrays,
    bits,
    blob_numbers,
    blobs,
    conversions,
    core,
    floats,
    functions,
    json,
    maps,
    ranges,
    text,
    text_change,
    text_search,
    time,
    trigonometry,
)

STANDARD: Final = Natives.of(
    core.PACKAGE,
    arithmetic.PACKAGE,
    floats.PACKAGE,
    trigonometry.PACKAGE,
    bits.PACKAGE,
    conversions.PACKAGE,
    text.PACKAGE,
    text_search.PACKAGE,
    text_change.PACKAGE,
    arrays.PACKAGE,
    array_parts.PACKAGE,
    array_callbacks.PACKAGE,
    array_order.PACKAGE,
    array_names.PACKAGE,
    maps.PACKAGE,
    blobs.PACKAGE,
    blob_numbers.PACKAGE,
    ranges.PACKAGE,
    functions.PACKAGE,
    json.PACKAGE,
    time.PACKAGE,
)

__all__ = ["STANDARD"]
