"""When to try again, and when to give up. Pure."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retries:
    """Exponential back-off with jitter: the wait doubles from `first` up to `longest`, then a random part of up to half is taken off."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=15)
    attempts: int = 10

    def wait_after(self, attempt: int, luck: float) -> timedelta | None:
        """How long to wait after a failed attempt (from 1); None: give up. `luck` is a random number from 0 to 1."""
        if attempt >= self.attempts:
            return None
        # Capped before the power is taken: 2**attempt of a long-lived message would overflow timedelta.
        whole = self.longest if attempt > 40 else min(self.longest, self.first * 2 ** (attempt - 1))
        return whole * (1 - luck / 2)
