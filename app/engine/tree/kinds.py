"""What may stand where an expression or a statement is expected.

The modules of the nodes name these in annotations only: the unions are built of their classes.
"""

from __future__ import annotations

from typing import TypeAlias

from app.engine.tree.chains import Chain
from app.engine.tree.expressions import And, Binary, Call, Closure, Coalesce, Or, This, Unary, Variable
from app.engine.tree.flow import Flow
from app.engine.tree.literals import Array, Bool, Char, Constant, Float, Int, Interpolated, Map, String, Unit
from app.engine.tree.node import Missing
from app.engine.tree.script import Export, Function, Import
from app.engine.tree.statements import Assign, Break, Continue, ExprStmt, Let, Noop, Return, Throw, Try

Expr: TypeAlias = (
    Unit
    | Bool
    | Int
    | Float
    | Char
    | String
    | Interpolated
    | Array
    | Map
    | Constant
    | Variable
    | This
    | Unary
    | Binary
    | And
    | Or
    | Coalesce
    | Call
    | Chain
    | Closure
    | Flow
    | Missing
)

Stmt: TypeAlias = Noop | ExprStmt | Let | Assign | Return | Throw | Break | Continue | Try | Import | Export | Function | Flow | Missing
