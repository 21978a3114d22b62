"""How far a chain has been walked, and the way back: what is changed at its end is stored where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.engine import tree
from app.engine.lower import build, scoping
from app.engine.lower.frame import SCOPE, THIS, Lowering, is_constant
from app.engine.lower.kinds import ANY, Kind, Type
from app.engine.lower.unit import PathSite, start_position


@dataclass(slots=True)
class Walk:
    """How far a chain has been walked: the containers passed and the keys taken."""

    node: tree.Chain
    root: Any
    is_place: bool
    containers: list[Any]
    keys: list[Any]
    steps: list[Any]
    type: Type = ANY
    """Of the value that the walk has come to."""
    is_doubtful: bool = False
    """Whether a container passed may be a host's object, which must be told of changes."""
    is_nested: bool = False
    """Whether each step's value is only read by the next one, so that all of them are one expression."""


def guards(steps: list[Any]) -> list[bool]:
    """Which steps give up at (). In a run of indices Rhai's parser takes each question mark for the index before it."""
    safe = [step.is_safe for step in steps]
    if True in safe:
        for at in range(len(steps) - 1):
            if type(steps[at]) is tree.IndexStep and type(steps[at + 1]) is tree.IndexStep:
                safe[at] = steps[at + 1].is_safe
    return safe


def operand(value: Any) -> Any:
    """A simple value as a site keeps it."""
    return (value.value,) if is_constant(value) else value.id


def write_back(f: Lowering, walk: Walk, new: Any, *, in_place: bool, at: build.Place, old: Any = None, is_this: bool = False) -> None:
    """Stores a changed receiver where it came from. One changed in place needs that only below a host's object.

    ``is_this``: it is what a script function has left in ``this``, which Rhai loses if it came out of text, bits or a blob.
    """
    if not walk.containers:
        store_root(f, walk.node.root, new)
        return
    statements, _ = f.captured_statements(lambda: store_path(f, walk, new, at, is_this=is_this))
    is_contained = f.kinds.of(walk.node.root) in (Kind.ARRAY, Kind.MAP)
    hosted = [
        build.compare(build.call("type", [container]), "not in", build.name("CONTAINERS"))
        for container in walk.containers[1 if is_contained else 0 :]
    ]
    tests = hosted if in_place else [build.compare(new, "is not", old), *hosted]
    if tests:
        f.out.append(build.if_(build.either(tests), statements, []))


def store_path(f: Lowering, walk: Walk, new: Any, at: build.Place, *, is_this: bool) -> None:
    """``root.steps = new`` through the library."""
    path = f.unit.path(path_site(f, walk.node.root, walk.steps, at))
    made = build.call(
        "store_path", [build.constant(path), build.constant("this" if is_this else ""), walk.root, build.pair(*walk.keys), new], at
    )
    store_root(f, walk.node.root, made)


def path_site(f: Lowering, root: Any, steps: list[Any], sign: build.Place) -> PathSite:
    """What the library must know of a chain to report errors in it."""
    return PathSite(
        names=tuple([step.name if type(step) is tree.PropertyStep else None for step in steps]),
        places=tuple([f.position(step.pos) for step in steps]),
        brackets=tuple([f.unit.place(step.start) for step in steps]),
        safe=tuple(guards(steps)),
        root_name=root.name if type(root) is tree.Variable else "",
        root_place=f.unit.place(start_position(root)),
        sign_place=sign,
    )


def store_root(f: Lowering, root: Any, value: Any) -> None:
    """Rebinds the variable at the root of a chain."""
    if type(root) is tree.Variable:
        if not root.namespace:
            scoping.store(f, root, value)
    elif type(root) is tree.This:
        f.out.append(build.store(build.target(THIS), value))


def receiver_target(f: Lowering, walk: Walk) -> Any:
    """What a receiver's new value can be stored in straight away, as it is a variable's own; None if it takes more."""
    root = walk.node.root
    if walk.containers or not walk.is_place:
        return None
    if type(root) is tree.This:
        return build.target(THIS)
    binding = f.binding(root) if type(root) is tree.Variable and not f.frame.is_dynamic else None
    return None if binding is None else scoping.changed_target(f, binding)


def root_cell(f: Lowering, root: Any) -> Any:
    """The cell of the captured variable at a chain's root; None if it is none."""
    if type(root) is not tree.Variable or root.namespace:
        return None
    if f.frame.is_dynamic:
        return build.call("scope_find", [build.name(SCOPE), build.constant(root.name)], f.position(root.pos))
    binding = f.binding(root)
    return build.name(binding.slot) if binding is not None and binding.is_cell else None


def is_constant_root(f: Lowering, walk: Walk) -> bool:
    """Whether what the walk has come to is part of a constant, or of a module's variable."""
    root = walk.node.root
    if not walk.is_place or type(root) is not tree.Variable or f.frame.is_dynamic:
        return False
    binding = f.binding(root)
    return bool(root.namespace) or (binding is not None and binding.is_const)
