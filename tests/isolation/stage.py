"""A furnished world that can be opened again and again: furnishing takes seconds, a copy of its database none."""

import asyncio
import copy
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from app.access import Access
from app.base.clock import FrozenClock
from app.base.ground import build_ground
from app.main import DECLARED
from app.sandbox.pool import Pool
from app.testing import World, in_memory_settings, open_world
from tests.isolation.furnishing import furnish
from tests.isolation.sides import Sides
from tests.scripting import SMALL_POOL

T = TypeVar("T")


class Stage:
    """One loop, one sandbox, and the database of two furnished tenants."""

    def __init__(self, runner: asyncio.Runner, pool: Pool, world: World) -> None:
        self._runner = runner
        self._pool = pool
        self._first = Sides(world, pool)
        self.run(furnish(self._first))
        self._image: bytes = _driver(world).serialize()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """What comes of it, on the sandbox's own loop."""
        return self._runner.run(what)

    def opened(self) -> Sides:
        """Both tenants as they were furnished, in a database, an application and a time of their own."""
        world = copy.copy(self._first.world)
        world.clock = FrozenClock(self._first.world.clock.now())
        world.ground = build_ground(in_memory_settings(), world.clock)
        _driver(world).deserialize(self._image)
        world.access = Access(world.ground, DECLARED)
        return Sides(world, self._pool, like=self._first)

    def close(self, sides: Sides) -> None:
        """End what was opened."""
        self.run(sides.close())
        sides.world.ground.close()

    def end(self) -> None:
        """End the first ones."""
        self.run(self._first.close())


@contextmanager
def open_stage() -> Iterator[Stage]:
    """A stage, until the end of the block."""
    with asyncio.Runner() as runner, open_world(declared=DECLARED) as world:
        pool = Pool(SMALL_POOL)
        runner.run(pool.__aenter__())
        try:
            stage = Stage(runner, pool, world)
            yield stage
            stage.end()
        finally:
            runner.run(pool.__aexit__(None, None, None))


def _driver(world: World) -> Any:
    return world.ground.database.engines.writer.raw_connection().driver_connection
