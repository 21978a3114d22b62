"""What ``this`` is in the script's functions that are called as methods, ``receiver.name(arguments)``.

All such calls are written down, so ``this`` is whatever one of them has as its receiver, or what the function itself makes of it; and
that is what a receiver may be afterwards. Nothing is known of a function that is called in function style too, without ``this``, or by
somebody else: through a pointer, by a native that gets its name, by the host.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from app.engine import tree
from app.engine.infer.atoms import NEVER, Type
from app.engine.infer.expressions import Expressions
from app.engine.infer.steps import receivers
from app.engine.infer.types import join
from app.engine.infer.ways import Effect, Way
from app.engine.resolve import Resolution


class Methods:
    """The part of inference that follows receivers into functions."""

    def __init__(self, script: tree.Script, resolution: Resolution, found: Expressions, *, is_closed: bool) -> None:
        flows = self._flows = resolution.flows
        self._found = found
        named = resolution.functions
        known = named.keys() & flows.calls.keys() - flows.unbound - flows.opaque
        for key in known if is_closed else ():
            if named[key] == 1 and key[0] not in flows.pointed:
                found.receivers[key] = NEVER
        for function in script.functions:
            if function.receiver is not None:
                found.receivers.pop((function.name, len(function.params)), None)
        self._chains = [chain for chain in flows.method_chains if self._has_own(chain)] if found.receivers else []

    def _has_own(self, chain: tree.Chain) -> bool:
        return any(type(step) is tree.MethodStep and (step.name, len(step.args)) in self._found.receivers for step in chain.steps)

    def ways(self, effect: Effect) -> Iterator[Way]:
        """All ways of receivers."""
        if not self._chains:
            return
        yield from [partial(self._chain, chain) for chain in self._chains]
        for owner, node in self._flows.this_chains:
            key = self._key(owner)
            if key is not None:
                yield partial(self._effect, key, node, effect)
        for owner, op, value in self._flows.this_stores:
            key = self._key(owner)
            if key is not None:
                yield partial(self._store, key, op, value)

    def _effect(self, key: tuple[str, int], node: tree.Chain | tree.Assign, effect: Effect) -> None:
        before = self._found.receiver(key)
        if before is not NEVER:
            for after in effect(before, node):
                self._receive(key, after)

    def _store(self, key: tuple[str, int], op: str, value: Any) -> None:
        of = self._found.of(value)
        self._receive(key, of if op == "=" else self._found.assigned(op, self._found.receiver(key), of))

    def _key(self, owner: Any) -> tuple[str, int] | None:
        key = (owner.name, len(owner.params))
        return key if type(owner) is tree.Function and key in self._found.receivers else None

    def _chain(self, chain: tree.Chain) -> None:
        for step, of in receivers(self._found, chain):
            if type(step) is tree.MethodStep and (step.name, len(step.args)) in self._found.receivers:
                self._receive((step.name, len(step.args)), of)

    def _receive(self, key: tuple[str, int], of: Type) -> None:
        before = self._found.receivers[key]
        after = join(before, of)
        if after is not before:
            self._found.receivers[key] = after
            self._found.changes.add(key)
