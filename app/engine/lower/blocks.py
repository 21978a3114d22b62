"""Blocks: what begins and ends with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.engine import tree
from app.engine.lower import build

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering

SCOPE: Final = "scope"
"""The local that holds the variables of a dynamic frame."""


@dataclass(slots=True)
class Scope:
    """What a block must put back when it ends."""

    variables: int
    block_names: set[str]
    visible: int
    imports: Any = None
    mark: Any = None


def enter(f: Lowering, block: tree.Block) -> Scope:
    """Begins a block's scope: variables of a dynamic frame and imports end with it; limits on variables count them."""
    scope = Scope(f.variables, f.block_names, len(f.visible))
    f.block_names = set()
    if tree.Import in map(type, block.statements):
        scope.imports = f.temporary(build.call("imports_mark", []))
    if f.frame.is_dynamic:
        scope.mark = f.temporary(build.call("scope_mark", [build.name(SCOPE)]))
        f.out.append(build.expression(build.call("scope_rewind", [build.name(SCOPE), scope.mark])))
    return scope


def leave(f: Lowering, scope: Scope) -> None:
    """Ends what ``enter`` began."""
    f.variables, f.block_names = scope.variables, scope.block_names
    del f.visible[scope.visible :]
    if (scope.mark is not None or scope.imports is not None) and not ends_here(f.out):
        if scope.mark is not None:
            f.out.append(build.expression(build.call("scope_rewind", [build.name(SCOPE), scope.mark])))
        if scope.imports is not None:
            f.out.append(build.expression(build.call("imports_rewind", [scope.imports])))


def ends_here(statements: list[Any]) -> bool:
    """Whether control never gets behind these statements."""
    return bool(statements) and isinstance(statements[-1], build.ENDS)
