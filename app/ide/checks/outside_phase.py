"""``outside-phase``: a helper or a host variable that this phase has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.engine.diagnostic import Diagnostic
from app.engine.natives import ANY
from app.host import Helper, Phase
from app.ide.checks.check import Check, found, name_span
from app.ide.facts import CallSite, Facts
from app.ide.types import Kinds, kinds_of

CODE = "outside-phase"


def search(facts: Facts) -> Iterator[Diagnostic]:
    phase = facts.context.phase
    if phase is None:
        return
    for call in facts.calls:
        helper = missing_helper(facts, call)
        if helper is not None:
            yield found(CODE, "error", name_span(call.node), f"`{call.name}` is not available in phase `{phase}`", _where(helper.phases))
    for unknown in facts.unknown:
        variable = facts.context.table.variables.get(unknown.node.name)
        if variable is not None and phase not in variable.phases and not unknown.node.namespace:
            message = f"`{variable.name}` is not available in phase `{phase}`"
            yield found(CODE, "error", name_span(unknown.node), message, _where(variable.phases))


def missing_helper(facts: Facts, call: CallSite) -> Helper | None:
    """The helper that a call means, if this phase has not got it."""
    phase = facts.context.phase
    helper = facts.context.table.helper(call.name)
    if phase is None or helper is None or phase in helper.phases or not _is_meant(facts, call, helper):
        return None
    return helper


def _where(phases: frozenset[Phase]) -> str:
    return f"It exists in: {', '.join(phase for phase in Phase if phase in phases)}."


def _is_meant(facts: Facts, call: CallSite, helper: Helper) -> bool:
    """Whether the call can only mean the helper, not a function of the script or of the language with the same name."""
    is_method = call.chain is not None
    if call.name in facts.functions or is_method != helper.is_method:
        return False
    dispatcher = facts.context.standard.lookup(call.name, call.argc + is_method)
    if dispatcher is None:
        return True
    if is_method:
        return False
    kinds = [kinds_of(facts, arg) for arg in call.node.args]
    return None not in kinds and not any(_takes(way.params, kinds) for way in dispatcher.overloads)


def _takes(params: Sequence[str], kinds: Sequence[Kinds | None]) -> bool:
    return all(have is None or param == ANY or param in have for param, have in zip(params, kinds, strict=True))


CHECK = Check(
    CODE,
    "error",
    "A helper or variable of the platform is used that does not exist in the phase in which the script runs. Before a save, for example, "
    "nothing may reach outside the script.",
    'http_get("https://example.com");\n//^^^^^^ outside-phase: `http_get` is not available in phase `before`',
    "Do it in another phase (an after-script may call other systems), or do without.",
    search,
    example_phase=Phase.BEFORE,
)
