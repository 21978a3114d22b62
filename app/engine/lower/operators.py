"""Operators by their signs, and how long chains of them are kept from nesting deep."""

from __future__ import annotations

from typing import Any

from app.engine import tree
from app.engine.lower import build, texts
from app.engine.lower.arithmetic import DEEPEST, INLINE, arithmetic, by_library, finished
from app.engine.lower.calls import arguments, operands, script_call
from app.engine.lower.compare import ORDER, equality, order
from app.engine.lower.disturb import is_disturbed
from app.engine.lower.frame import EXPRESSIONS, Lowering, has_block, is_simple
from app.engine.lower.kinds import ALIKE, NEVER, Kind, holds_nothing
from app.engine.sizes import FREE_CHARACTERS, FREE_STEPS


def binary(f: Lowering, node: tree.Binary) -> Any:
    """Any binary operator."""
    spine: list[tree.Binary] = []
    inner: Any = node
    while type(inner) is tree.Binary and len(spine) < 2 * DEEPEST:
        spine.append(inner)
        inner = inner.left
    if type(inner) is tree.Binary and id(inner) not in f.computed:
        # A long chain of operators: compute its left end first, so that neither we nor Python's compiler recurse deep.
        f.computed[id(inner)] = _left_end(f, inner)
    if id(node) in f.computed:
        return f.computed[id(node)]
    joined = _joined(f, node) if node.op == "+" else None
    if joined is not None:
        return joined
    if f.is_hot and node.op in INLINE:
        return finished(f, arithmetic(f, node))
    if f.is_hot and node.op in ORDER:
        return order(f, node)
    if node.op in ("==", "!="):
        return equality(f, node)
    if node.op == "in":
        return _membership(f, node)
    if node.op == "!in":
        return _absence(f, node)
    return by_library(f, node, *f.operands((node.left, node.right)))


def _joined(f: Lowering, node: tree.Binary) -> Any:
    """``+`` of texts, of arrays of texts, and of arrays of what holds nothing; None for all other operands."""
    if texts.can_join(f, (node.left, node.right)):
        return texts.sum_of(f, node)
    left, right = f.kinds.type_of(node.left), f.kinds.type_of(node.right)
    if not f.is_hot or left.kind is not Kind.ARRAY or right.kind is not Kind.ARRAY:
        return None
    elements = [of for of in (left.element, right.element) if of is not NEVER]
    is_of_numbers = all(map(holds_nothing, elements))
    if not is_of_numbers and any(of.kind is not Kind.TEXT for of in elements):
        return None
    leaf = "numbers_added" if is_of_numbers else "texts_added"
    return build.call(leaf, f.operands((node.left, node.right)), f.position(node.pos))


def _membership(f: Lowering, node: tree.Binary) -> Any:
    """``a in b``: the call ``contains(b, a)``, which prefers a function of the script's own, and looks a variable ``b`` up last."""
    if f.unit.script_function("contains", 2) is not None:
        return _own_contains(f, node)
    if f.is_hot and f.kinds.of(node.right) is Kind.TEXT and f.kinds.of(node.left) in (Kind.TEXT, Kind.CHAR):
        return _part_of_text(f, node)
    right, left = operands(f, [node.right, node.left])
    right = right if is_simple(left) else f.simple(right)
    return _looked_up(f, node, left, right)


def _looked_up(f: Lowering, node: tree.Binary, left: Any, right: Any) -> Any:
    """Whether an item is in an array that can only have such items, or a key in what is a map, most likely; or isn't."""
    of, op = f.kinds.of(node.right), "in" if node.op == "in" else "not in"
    if f.is_hot and of is Kind.ARRAY and _is_sought_alike(f, node):
        left, right = f.simple(left), f.simple(right)
        # Longer searches are charged for.
        is_short = build.compare(build.call("len", [right]), "<=", build.constant(FREE_STEPS))
        return build.choice(is_short, build.compare(left, op, right), by_library(f, node, left, right))
    if of is not Kind.MAP and not (f.is_hot and of is Kind.UNKNOWN):
        return by_library(f, node, left, right)
    left = f.simple(left)
    tests = [] if f.kinds.of(node.left) is Kind.TEXT else [f.is_type(left, "str")]
    if of is not Kind.MAP:
        right = f.simple(right)
        tests.append(f.is_type(right, "dict"))
    return build.guarded(tests, build.compare(left, op, right), by_library(f, node, left, right))


def _is_sought_alike(f: Lowering, node: tree.Binary) -> bool:
    """Whether Python finds an item in an array as Rhai does. A text or character equals nothing else in Python either."""
    kind = f.kinds.of(node.left)
    return kind in (Kind.TEXT, Kind.CHAR) or (kind in ALIKE and f.kinds.type_of(node.right).element.kind is kind)


def _part_of_text(f: Lowering, node: tree.Binary) -> Any:
    """``part in text``; longer texts are charged for."""
    plain = f.text(node.left) if type(node.left) in (tree.Variable, tree.Char) else None
    if plain is None:
        text, part = map(f.simple, operands(f, [node.right, node.left]))
    else:
        text, part = f.simple(f.expr(node.right)), plain
    found = build.compare(part, "in", text)
    if type(node.right) is tree.String:
        return found
    is_short = build.compare(build.call("len", [text]), "<=", build.constant(FREE_CHARACTERS))
    return build.choice(is_short, found, by_library(f, node, part, text))


def _absence(f: Lowering, node: tree.Binary) -> Any:
    """``a !in b``, which is an operator on ``b`` and ``a``, in this order."""
    if f.unit.script_function("contains", 2) is not None:
        return build.call("invert", [_own_contains(f, node)], f.position(node.pos))
    right, left = f.operands((node.right, node.left))
    return _looked_up(f, node, left, right if is_simple(left) else f.simple(right))


def _own_contains(f: Lowering, node: tree.Binary) -> Any:
    function = f.unit.functions["contains", 2]
    return script_call(f, function, arguments(f, [node.right, node.left]), build.constant(None), f.position(node.pos))


def _left_end(f: Lowering, node: tree.Binary) -> Any:
    chain: list[tree.Binary] = []
    inner: Any = node
    while type(inner) is tree.Binary:
        chain.append(inner)
        inner = inner.left
    value = f.expr(inner)
    value = f.temporary(f.copied(value) if is_disturbed(f, inner, [chain[-1].right]) else value)
    for link in reversed(chain):
        mark = len(f.out)
        right = f.expr(link.right)
        if len(f.out) > mark and has_block(link.right):
            right = f.simple(right)
        value = f.temporary(by_library(f, link, value, right))
    return value


def unary(f: Lowering, node: tree.Unary) -> Any:
    """``-x``, ``+x``, ``!x``"""
    value = f.expr(node.operand)
    if node.op == "!":
        if f.kinds.of(node.operand) is Kind.BOOL:
            return build.negated(value)
        if not f.is_hot:
            return build.call("invert", [value], f.position(node.pos))
        value = f.simple(value)
        wrong = build.both([build.compare(value, "is not", build.constant(True)), build.call("invert", [value], f.position(node.pos))])
        return build.either([build.compare(value, "is", build.constant(False)), wrong])
    return build.call("negate" if node.op == "-" else "plus", [value], f.position(node.pos))


EXPRESSIONS[tree.Binary] = binary
EXPRESSIONS[tree.Unary] = unary
