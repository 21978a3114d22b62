"""Scripts with the cursor drawn in: ``¦`` is where it stands."""

from __future__ import annotations

from app.host import Phase
from app.ide.context import Context, Field

CARET = "¦"
ORDER = {
    "amount": Field("f64", doc="What it costs."),
    "lines": Field("array", items=Field("map")),
    "address": Field("map", {"city": Field("string"), "zip": Field("string")}),
}
BEFORE = Context(phase=Phase.BEFORE, entity=ORDER)


def split(marked: str) -> tuple[str, int]:
    """The script without the mark, and the mark's offset."""
    text, _, rest = marked.partition(CARET)
    return text + rest, len(text)
