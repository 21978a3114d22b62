"""One timer for many deadlines, on a loop whose clock the test turns."""

import asyncio

from app.sandbox.deadlines import Deadlines


class Clockwork(asyncio.SelectorEventLoop):
    """An event loop whose time is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def turn_to(self, now: float) -> None:
        self.now = now
        self.call_soon(self.stop)
        self.run_forever()


def test_each_is_told_once_when_its_deadline_has_passed() -> None:
    loop = Clockwork()
    told: list[str] = []
    deadlines = Deadlines(loop, told.append, loop.time)
    for name, deadline in (("late", 30.0), ("early", 10.0), ("middle", 20.0)):
        deadlines.watch(name, deadline)
    seen = []
    for now in (5.0, 10.0, 25.0, 40.0, 50.0):
        loop.turn_to(now)
        seen.append(list(told))
    loop.close()
    assert seen == [[], ["early"], ["early", "middle"], ["early", "middle", "late"], ["early", "middle", "late"]]


def test_who_is_forgotten_is_not_told() -> None:
    loop = Clockwork()
    told: list[str] = []
    deadlines = Deadlines(loop, told.append, loop.time)
    deadlines.watch("a", 10.0)
    deadlines.watch("b", 20.0)
    deadlines.forget("a")
    loop.turn_to(30.0)
    loop.close()
    assert told == ["b"]
