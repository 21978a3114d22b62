"""Reading and writing ``owner.name``: map entries, host objects, and the library's getters."""

from __future__ import annotations

from app.engine import errors, sizes
from app.engine.running import Runtime
from app.engine.values import HostObject, Value, type_name


def get_property(rt: Runtime, owner: Value, name: str) -> Value:
    """``owner.name``; part of the owner, not a copy. A map without the entry gives ``()``.

    Raises:
        ScriptError: no such property.
    """
    if type(owner) is dict:
        return owner.get(name)
    if isinstance(owner, HostObject):
        return owner.get_property(name)
    getter = rt.natives.getter(name)
    if getter is None or not getter.takes(owner):
        raise errors.unknown_getter(name, type_name(owner))
    return getter.function(rt, owner) if getter.context else getter.function(owner)


def set_property(rt: Runtime, owner: Value, name: str, value: Value) -> None:
    """``owner.name = value``; the caller owns the value.

    Raises:
        ScriptError: the owner's properties can't be set.
        Stop: the map became too large.
    """
    if type(owner) is dict:
        owner[name] = value
        sizes.grown(rt, owner, value)
    elif isinstance(owner, HostObject):
        owner.set_property(name, value)
    elif name == "tag" and type(value) is int:
        check_tag(value)
    else:
        raise errors.unknown_setter(name, type_name(owner), type_name(value))


def check_map_value(rt: Runtime, entries: dict[str, Value]) -> None:
    """After an entry was added by ``map[key] = value``, where Rhai doesn't measure: only a runaway is stopped.

    Raises:
        Stop: the map has more than twice the entries allowed.
    """
    if not len(entries) & 63:
        sizes.grow_step(rt, entries)
    maximum = rt.limits.max_map_size
    if maximum and len(entries) > 2 * maximum:
        raise errors.map_too_large(maximum)


def check_tag(tag: int) -> None:
    """Tags are i32 in Rhai; here values carry none, so that setting one only checks it.

    Raises:
        ScriptError: outside of the range.
    """
    lowest, highest = -(2**31), 2**31 - 1
    if not lowest <= tag <= highest:
        size = "small" if tag < 0 else "large"
        raise errors.arithmetic(f"{tag} is too {size} to fit into a tag (must be between {lowest} and {highest})")
