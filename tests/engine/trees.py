"""Trees as short text, for tests to compare."""

from dataclasses import fields

from app.engine import tree

_HIDDEN = frozenset({"start", "end", "pos", "has_semicolon", "doc", "is_private", "is_exported"})


def shown(node: object) -> str:
    """A tree in one line: the class's name and what it holds; statements and literals without ceremony."""
    match node:
        case tree.Script(statements=statements, functions=functions):
            return "; ".join(shown(part) for part in [*functions, *statements])
        case tree.Block(statements=statements):
            return "{" + "; ".join(map(shown, statements)) + "}"
        case tree.Binary(op=op, left=left, right=right):
            return f"({shown(left)} {op} {shown(right)})"
        case list() | tuple():
            return "[" + ", ".join(map(shown, node)) + "]"
        case _:
            return _leaf(node)


def _leaf(node: object) -> str:
    match node:
        case tree.ExprStmt(expr=expr):
            return shown(expr)
        case tree.Name(text=text):
            return text
        case tree.Variable(name=name, namespace=namespace):
            return "::".join((*namespace, name))
        case tree.Int(value=value) | tree.Float(value=value) | tree.Bool(value=value) | tree.Constant(value=value):
            return str(value)
        case tree.String(value=value) | tree.Char(value=value):
            return repr(value)
        case tree.Unit():
            return "()"
        case tree.Node() | tree.PropertyStep() | tree.MethodStep() | tree.IndexStep():
            parts = [shown(getattr(node, field.name)) for field in fields(node) if field.name not in _HIDDEN]
            return f"{type(node).__name__}({', '.join(parts)})"
        case _:
            return str(node)
