"""How much memory a child is made for. The kernel's limit is set at its birth, for good, so jobs of another size need another child."""

from __future__ import annotations

from typing import Final

from app.sandbox.settings import PoolSettings

_SIZES_KEPT: Final = 2  # an editor's questions and scripts' runs are usually of two


def process_size(memory_bytes: int, settings: PoolSettings) -> int:
    """The size of the child for a job with this limit; zero is no limit of its own."""
    if settings.least_memory_bytes <= memory_bytes <= settings.most_memory_bytes:
        return memory_bytes
    return min(max(memory_bytes, settings.least_memory_bytes), settings.most_memory_bytes) if memory_bytes else settings.memory_bytes


class SpareSizes:
    """The sizes that first calls asked for of late, for which spares are kept ready."""

    def __init__(self, first: int) -> None:
        self._sizes = [first]

    def note(self, memory_bytes: int) -> None:
        """A first call of this size has come."""
        if self._sizes[0] != memory_bytes:
            self._sizes = [memory_bytes, *(size for size in self._sizes if size != memory_bytes)][:_SIZES_KEPT]

    def of(self, spares: int) -> list[int]:
        """The sizes of so many spares, shared out in turn."""
        return [self._sizes[index % len(self._sizes)] for index in range(spares)]
