"""What ``this`` is in the script's functions that are called as methods, ``receiver.name(arguments)``.

All such calls are written down, so ``this`` is whatever one of them has as its receiver, or what the function itself makes of it; and
that is what a receiver may be afterwards. Nothing is known of a function that is called in function style too, without ``this``, or by
somebody else: through a pointer, by a native that gets its name, by the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from app.engine import tree
from app.engine.infer.expressions import Expressions
from app.engine.infer.steps import of_step
from app.engine.infer.types import NEVER, UNIT, Type, join
from app.engine.resolve import Resolution


class Methods:
    """The part of inference that follows receivers into functions."""

    def __init__(self, script: tree.Script, resolution: Resolution, found: Expressions, *, is_closed: bool) -> None:
        flows = self._flows = resolution.flows
        self._found = found
        named = Counter((function.name, len(function.params)) for function in script.functions) if is_closed else Counter()
        known = named.keys() & flows.calls.keys() - flows.unbound - flows.opaque
        for key in known:
            if named[key] == 1 and key[0] not in flows.pointed:
                found.receivers[key] = NEVER
        for function in script.functions:
            if function.receiver is not None:
                found.receivers.pop((function.name, len(function.params)), None)
        self._chains = [chain for chain in flows.method_chains if self._has_own(chain)] if found.receivers else []

    def _has_own(self, chain: tree.Chain) -> bool:
        return any(type(step) is tree.MethodStep and (step.name, len(step.args)) in self._found.receivers for step in chain.steps)

    def follow(self, effect: Callable[[Type, Any], list[Type]]) -> bool:
        """One round; whether anything was found. ``effect`` tells what a chain makes of what it starts from."""
        if not self._chains:
            return False
        before = dict(self._found.receivers)
        for chain in self._chains:
            self._chain(chain)
        for owner, node in self._flows.this_chains:
            key = self._key(owner)
            if key is not None and self._found.receivers[key] is not NEVER:
                for after in effect(self._found.receivers[key], node):
                    self._receive(key, after)
        for owner, op, value in self._flows.this_stores:
            key = self._key(owner)
            if key is not None:
                of = self._found.of(value)
                self._receive(key, of if op == "=" else self._found.assigned(op, self._found.receivers[key], of))
        return any(self._found.receivers[key] is not of for key, of in before.items())

    def _key(self, owner: Any) -> tuple[str, int] | None:
        key = (owner.name, len(owner.params))
        return key if type(owner) is tree.Function and key in self._found.receivers else None

    def _chain(self, chain: tree.Chain) -> None:
        of = self._found.of(chain.root)
        for step in chain.steps:
            if type(step) is tree.MethodStep and (step.name, len(step.args)) in self._found.receivers:
                self._receive((step.name, len(step.args)), of)
            of = of_step(self._found, of, step)
            if step.is_safe:
                of = join(of, UNIT)

    def _receive(self, key: tuple[str, int], of: Type) -> None:
        self._found.receivers[key] = join(self._found.receivers[key], of)
