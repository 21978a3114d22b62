"""The syntax tree.

One class per construct of the language, as written by the author: nothing is folded or renamed here. Nodes are
not frozen because they are made by the ten thousand, but nobody changes one after the parser has returned it, save
``fold``, which takes the tree over.

Every node starts with ``start`` and ``end`` (its text, as offsets) and ``pos``: the offset that the real Rhai
reports in errors raised by this construct (an operator's sign, a called name, an index), or ``NO_POSITION``.
"""

from app.engine.tree.chains import Chain, IndexStep, MethodStep, PropertyStep, Step
from app.engine.tree.expressions import And, Binary, Call, Closure, Coalesce, Or, This, Unary, Variable
from app.engine.tree.flow import Block, Do, For, If, RangePattern, Switch, SwitchArm, While
from app.engine.tree.kinds import Expr, Stmt
from app.engine.tree.literals import Array, Bool, Char, Constant, Float, Int, Interpolated, Map, String, Unit
from app.engine.tree.node import Missing, Name, Node
from app.engine.tree.script import Export, Function, Import, Script
from app.engine.tree.statements import Assign, Break, Continue, ExprStmt, Let, Noop, Return, Throw, Try

__all__ = [
    "And",
    "Array",
    "Assign",
    "Binary",
    "Block",
    "Bool",
    "Break",
    "Call",
    "Chain",
    "Char",
    "Closure",
    "Coalesce",
    "Constant",
    "Continue",
    "Do",
    "Export",
    "Expr",
    "ExprStmt",
    "Float",
    "For",
    "Function",
    "If",
    "Import",
    "IndexStep",
    "Int",
    "Interpolated",
    "Let",
    "Map",
    "MethodStep",
    "Missing",
    "Name",
    "Node",
    "Noop",
    "Or",
    "PropertyStep",
    "RangePattern",
    "Return",
    "Script",
    "Step",
    "Stmt",
    "String",
    "Switch",
    "SwitchArm",
    "This",
    "Throw",
    "Try",
    "Unary",
    "Unit",
    "Variable",
    "While",
]
