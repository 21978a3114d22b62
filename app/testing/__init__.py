"""The test kit for Alloy and for those who extend it: a migrated database in memory, a frozen clock, a tenant factory, and a cast.

with open_world() as world:
    page = world.read(world.ann, lambda work, actor: list_members(work, actor, PageRequest()))
"""

from app.testing.world import Person, World, in_memory_settings, open_world

__all__ = ["Person", "World", "in_memory_settings", "open_world"]
