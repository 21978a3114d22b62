"""How often something may happen: a bucket for each key that fills steadily and empties call by call. Pure; time is given."""

from dataclasses import dataclass
from math import ceil
from typing import Final

_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Rates:
    """Buckets of one size. Kept in this process: several processes allow several times as much."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._buckets: dict[str, _Bucket] = {}

    def wait_for(self, key: str, now: float) -> int:
        """Take one call out of a bucket at `now` (seconds): 0, or how many seconds to wait when it is empty."""
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _REMEMBERED:
                self._forget_full(now)
            bucket = self._buckets[key] = _Bucket(self._burst, now)
        bucket.level = min(self._burst, bucket.level + max(0.0, now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.level < 1:
            return max(1, ceil((1 - bucket.level) / self._per_second))
        bucket.level -= 1
        return 0

    def _forget_full(self, now: float) -> None:
        """A bucket that has filled up again tells nothing; if none has, all start anew."""
        full = [key for key, each in self._buckets.items() if each.level + (now - each.at) * self._per_second >= self._burst]
        for key in full or list(self._buckets):
            del self._buckets[key]
