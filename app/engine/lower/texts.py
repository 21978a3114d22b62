"""Text in Python's own operators and methods, where the types are known and the result is short.

A short text can't be over a limit that isn't small itself, and costs nothing that would have to be charged or accounted for (``sizes``
takes such texts for atoms). It is made first and looked at then: what turns out longer is made again by the library, which checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.arithmetic import is_pure
from app.engine.lower.frame import LEVEL, Lowering, is_constant
from app.engine.lower.kinds import Kind, present
from app.engine.resolve import Binding
from app.engine.sizes import FREE_CHARACTERS
from app.engine.stdlib import conversions, core, text_search
from app.engine.stdlib import text as library
from app.engine.values import INT_MAX

_MOST_PARTS: Final = 12
_FEW_PARTS: Final = 4
"""So many are quicker added one to the other than joined."""
_MOST_SUMMED: Final = 12
SHOWN: Final = frozenset({Kind.TEXT, Kind.CHAR, Kind.INT})
"""What Python's own ``str`` shows as the library does."""
JOINED: Final = SHOWN | {Kind.FLOAT}
"""What can be joined to a text without the library."""
_CASES: Final = {"to_upper": "str_upper", "to_lower": "str_lower"}
_OF_CHARACTERS: Final = {
    "to_int": (conversions.PACKAGE.name, "ord"),
    "to_upper": (library.PACKAGE.name, "char_upper"),
    "to_lower": (library.PACKAGE.name, "char_lower"),
}
"""Methods of characters that take them as plain text: the package that has to be the only one with such a method, and what does it."""


def part_of(kind: Kind, value: Any) -> Any:
    """What is joined to a text for a value of such a kind."""
    if kind is Kind.INT:
        return build.call("str", [value])
    return build.call("float_text", [value]) if kind is Kind.FLOAT else value


def can_join(f: Lowering, nodes: Sequence[Any]) -> bool:
    """Whether values are all texts, characters or numbers, or () instead, at least one of them a text."""
    if not f.is_hot:
        return False
    kinds = {_kind(f, node) for node in nodes}
    return Kind.TEXT in kinds and kinds <= JOINED


def _kind(f: Lowering, node: Any) -> Kind:
    """The kind of a value, if it isn't ()."""
    of = f.kinds.type_of(node)
    return present(of).kind if of.kind is Kind.ATOM else of.kind


def sum_of(f: Lowering, node: tree.Binary) -> Any:
    """``a + b`` of texts, characters and numbers; of ``a + b + c`` all at once: if the whole is short, so is each part of it."""
    signs = [node]
    while len(signs) < _MOST_SUMMED and (left := _sum_before(f, signs[-1])) is not None:
        signs.append(left)
    nodes = [signs[-1].left, *(sign.right for sign in reversed(signs))]
    # Added to (), a character isn't what its text is.
    is_plain = len(signs) == 1 and all(f.kinds.of(each) in JOINED for each in nodes)
    values = list(f.texts(node.left, node.right)) if is_plain else [f.simple(value) for value in f.operands(nodes)]
    slow = values[0]
    for value, sign in zip(values[1:], reversed(signs), strict=True):
        slow = build.call("add", [slow, value], f.position(sign.pos))
    return _short(f, list(zip(values, nodes, strict=True)), slow, f.position(node.pos), is_sum=True)


def _sum_before(f: Lowering, node: tree.Binary) -> tree.Binary | None:
    """The left operand, if it is such a sum itself."""
    left = node.left
    if type(left) is not tree.Binary or left.op != "+" or id(left) in f.computed:
        return None
    return left if can_join(f, (left.left, left.right)) else None


def interpolated(f: Lowering, node: tree.Interpolated) -> Any:
    """Text with values in it."""
    if len(node.parts) == 1 and f.kinds.of(node.parts[0]) is Kind.CHAR:
        text = f.text(node.parts[0])
        return build.call("str", [f.expr(node.parts[0])]) if text is None else text
    parts = [f.simple(value) for value in f.operands(node.parts)]
    at = f.position(node.pos)
    slow = build.call("text_of", [build.pair(*parts)], at)
    return _short(f, list(zip(parts, node.parts, strict=True)), slow, at, is_sum=False)


def can_interpolate(f: Lowering, node: tree.Interpolated) -> bool:
    """Whether a text's parts are few and of known types."""
    if not f.is_hot or len(node.parts) > _MOST_PARTS:
        return False
    return {_kind(f, part) for part in node.parts} <= JOINED


def _short(f: Lowering, parts: list[tuple[Any, Any]], slow: Any, at: build.Place, *, is_sum: bool) -> Any:
    """The parts joined by Python, unless they turn out very long, or one of them is ()."""
    texts: list[Any] = []
    tests: list[Any] = []
    for value, node in parts:
        if f.kinds.of(node) is Kind.ATOM:
            tests.append(build.compare(value, "is not", build.constant(None)))
        # A character alone would stay one.
        kind = _kind(f, node)
        texts.append(build.call("str", [value]) if kind is Kind.CHAR and len(parts) == 1 else part_of(kind, value))
    if len(texts) > _FEW_PARTS:
        joined = build.call("str_joined", [build.array(texts)])
    else:
        joined = reduce(lambda left, right: build.operation(left, "+", right), texts)
    slot = f.fresh()
    is_short = build.compare(build.call("len", [build.walrus(slot, joined)]), "<=", build.name("TEXT_SHORT"))
    if is_sum:
        first = texts[0] if f.kinds.of(parts[0][1]) is Kind.TEXT else build.constant("")
        is_short = build.either([is_short, build.call("is_accounted", [build.name(slot), first], at)])
    elif not tests:
        slow = build.call("text_made", [build.name(slot)], at)
    return build.choice(build.both([*tests, is_short]), build.name(slot), slow)


def quick(f: Lowering, node: tree.Chain) -> Any:
    """A chain that ends with one of a few methods of texts, characters and numbers; None for all others."""
    step = node.steps[-1]
    made = _ENDINGS.get(step.name) if type(step) is tree.MethodStep else None
    return None if made is None else made(f, node)


def shown(f: Lowering, node: tree.Chain) -> Any:
    """``x.to_string()`` of a text, a character or an integer; None for all other chains."""
    step = last(f, node, "to_string", 0)
    if step is None or not is_standard(f, step, core.PACKAGE.name):
        return None
    root = receiver(f, node)
    if f.kinds.of(root) not in SHOWN:
        return None
    text = f.text(root) if f.kinds.of(root) is Kind.CHAR else None
    return build.call("str", [f.expr(root)]) if text is None else text


def of_character(f: Lowering, node: tree.Chain) -> Any:
    """``character.to_int()``, ``to_upper`` and ``to_lower``; None for all other chains."""
    step = node.steps[-1]
    package, made = _OF_CHARACTERS[step.name] if type(step) is tree.MethodStep else ("", "")
    if type(step) is not tree.MethodStep or last(f, node, step.name, 0) is None or not is_standard(f, step, package, "char"):
        return None
    root = receiver(f, node)
    if f.kinds.of(root) is not Kind.CHAR:
        return None
    text = f.text(root)
    return build.call(made, [f.expr(root) if text is None else text])


def last(f: Lowering, node: tree.Chain, name: str, argc: int) -> tree.MethodStep | None:
    """The last step of a chain if it is the call of this method, where that may run often, and everything before it only reads."""
    step = node.steps[-1]
    if type(step) is not tree.MethodStep or step.name != name or len(step.args) != argc or not f.is_hot:
        return None
    is_read = all(type(each) is tree.PropertyStep or (type(each) is tree.IndexStep and is_pure(each.index)) for each in node.steps[:-1])
    return step if is_read and not any(each.is_safe for each in node.steps) else None


def receiver(f: Lowering, node: tree.Chain) -> Any:
    """What the last step of a chain starts from."""
    if len(node.steps) == 1:
        return node.root
    found = tree.Chain(node.start, node.end, node.pos, node.root, node.steps[:-1])
    f.unit.nodes.append(found)
    return found


def holds(f: Lowering, node: tree.Chain) -> Any:
    """``text.contains(part)``; None for all other chains."""
    step = only(f, node, "contains", 1)
    if step is None or f.kinds.of(node.root) is not Kind.TEXT or not is_standard(f, step, text_search.PACKAGE.name):
        return None
    (part,) = step.args
    if f.kinds.of(part) not in (Kind.TEXT, Kind.CHAR):
        return None
    inner, text = f.texts(part, node.root)
    found = build.compare(inner, "in", text)
    if type(node.root) is tree.String:
        return found
    is_short = build.compare(build.call("len", [text]), "<=", build.constant(FREE_CHARACTERS))
    slow = build.call(f.unit.native("m", step.name, 1), [build.name(LEVEL), text, inner], f.position(step.pos))
    return build.choice(is_short, found, slow)


def only(f: Lowering, node: tree.Chain, name: str, argc: int) -> tree.MethodStep | None:
    """The step of a chain that is nothing but the call of this method, where that may run often."""
    step = node.steps[0]
    if type(step) is not tree.MethodStep or step.name != name or len(step.args) != argc or len(node.steps) > 1:
        return None
    return None if step.is_safe or not f.is_hot else step


def is_standard(f: Lowering, step: tree.MethodStep, package: str, receiver: str = "string") -> bool:
    """Whether a method is the standard library's for such receivers: neither the script nor the host has one of that name."""
    own = step.name, len(step.args)
    dispatcher = f.unit.natives.lookup(step.name, len(step.args) + 1)
    if dispatcher is None or own in f.unit.functions or own in f.unit.typed:
        return False
    return dispatcher.is_of(package, receiver)


def found_in(f: Lowering, node: tree.Chain) -> Any:
    """``text.index_of(part)``; None for all other chains."""
    step = only(f, node, "index_of", 1)
    if step is None or f.kinds.of(node.root) is not Kind.TEXT or not is_standard(f, step, text_search.PACKAGE.name):
        return None
    if f.kinds.of(step.args[0]) not in (Kind.TEXT, Kind.CHAR):
        return None
    text, part = f.texts(node.root, step.args[0])
    slow = build.call(f.unit.native("m", step.name, 1), [build.name(LEVEL), text, part], f.position(step.pos))
    is_short = build.chained(build.constant(0), "<", build.call("len", [text]), "<=", build.constant(FREE_CHARACTERS))
    return build.choice(is_short, build.call("str_find", [text, part]), slow)


_ENDINGS: Final[dict[str, Callable[[Lowering, tree.Chain], Any]]] = {
    "to_string": shown,
    "contains": holds,
    "index_of": found_in,
    **dict.fromkeys(_OF_CHARACTERS, of_character),
}


def characters(f: Lowering, node: Any) -> Any:
    """A text, or the one of ``text.chars()`` for who needs only the characters. For a long one the native is called too, which charges."""
    of = f.kinds.text_of_characters(node)
    if of is None:
        return f.expr(node)
    text = f.simple(f.expr(of))
    call = build.call(f.unit.native("m", "chars", 0), [build.name(LEVEL), text], f.position(node.steps[0].pos))
    is_short = build.compare(build.call("len", [text]), "<=", build.constant(FREE_CHARACTERS))
    return build.choice(is_short, text, build.item(build.pair(text, call), build.constant(0)))


def cased(f: Lowering, step: tree.MethodStep, value: Any) -> Any:
    """``to_upper`` and ``to_lower`` of a text; None for all other methods. One character becomes three at most."""
    if step.args or step.name not in _CASES or not is_standard(f, step, library.PACKAGE.name):
        return None
    slow = build.call(f.unit.native("m", step.name, 0), [build.name(LEVEL), value], f.position(step.pos))
    is_short = build.compare(build.call("len", [value]), "<=", build.name("TEXT_SHORT"))
    return build.choice(is_short, build.call(_CASES[step.name], [value]), slow)


def cut(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``sub_string`` by numbers, ``starts_with`` and ``ends_with`` of a text; None for all other methods."""
    if step.name not in _CUTS or not is_standard(f, step, text_search.PACKAGE.name):
        return None
    if step.name in _ENDS:
        known = len(arguments) == 1 and f.kinds.of(step.args[0]) in (Kind.TEXT, Kind.CHAR)
        return build.call(_ENDS[step.name], [value, *arguments]) if known else None
    if len(arguments) not in (1, 2) or any(f.kinds.of(node) is not Kind.INT for node in step.args):
        return None
    start, *counts = map(f.simple, arguments)
    if is_constant(start) and start.value > INT_MAX - FREE_CHARACTERS:
        # With a written count, Python would compute a constant beyond the largest integer.
        return None
    bounds = [f.kinds.interval(node) for node in step.args]
    zero, most = build.constant(0), build.constant(FREE_CHARACTERS)
    tests = [] if bounds[0][0] >= 0 else [build.compare(start, ">=", zero)]
    if not counts:
        made = build.part(value, start, None)
        tests.append(build.compare(build.call("len", [value]), "<=", most))
    else:
        made = build.part(value, start, build.operation(start, "+", counts[0]))
        low, high = bounds[1]
        tests += [] if low >= 0 and high <= FREE_CHARACTERS else [build.chained(zero, "<=", counts[0], "<=", most)]
    if not tests:
        return made
    slow = build.call(f.unit.native("m", step.name, len(arguments)), [build.name(LEVEL), value, start, *counts], f.position(step.pos))
    return build.choice(build.both(tests), made, slow)


def asked(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``is_empty``, ``contains`` and ``index_of`` of a text that a step before has read; None for all other methods."""
    if step.name == "is_empty" and not arguments:
        return build.negated(value) if is_standard(f, step, library.PACKAGE.name) else None
    if step.name not in _SEEKING or len(arguments) != 1 or not is_standard(f, step, text_search.PACKAGE.name):
        return None
    if f.kinds.of(step.args[0]) not in (Kind.TEXT, Kind.CHAR):
        return None
    part = f.simple(arguments[0])
    found = build.compare(part, "in", value) if step.name == "contains" else build.call("str_find", [value, part])
    slow = build.call(f.unit.native("m", step.name, 1), [build.name(LEVEL), value, part], f.position(step.pos))
    is_short = build.chained(build.constant(0), "<", build.call("len", [value]), "<=", build.constant(FREE_CHARACTERS))
    return build.choice(is_short, found, slow)


_SEEKING: Final = frozenset({"contains", "index_of"})
_ENDS: Final = {"starts_with": "str_starts", "ends_with": "str_ends"}
_CUTS: Final = frozenset({"sub_string", *_ENDS})


def grows(f: Lowering, binding: Binding) -> bool:
    """Whether a variable starts as text, lives in a local, and is lengthened by ``+=``."""
    if binding.value is None or binding.is_cell or f.frame.is_dynamic or not binding.stores:
        return False
    return any(op == "+" for op, _ in binding.stores) and f.kinds.of(binding.value) is Kind.TEXT


def due(binding: Binding) -> str:
    """The local that holds how long a variable's text may get before it is looked at again."""
    return f"{binding.slot}:due"


def begin(f: Lowering, binding: Binding) -> None:
    """Called where another text is stored in such a variable: it hasn't grown yet."""
    f.out.append(build.store(build.target(due(binding)), build.name("TEXT_FREE")))


def growth(binding: Binding, added: Any, at: build.Place) -> list[Any]:
    """``s += t`` on a local, given that both are texts: Python appends in place, which keeps building a text linear.

    It is accounted for in steps that grow with the text, and compared with its limit each time once it comes close.
    """
    current, limit = build.name(binding.slot), build.name(due(binding))
    grown = build.store(build.target(binding.slot), build.operation(current, "+", added))
    looked = build.store(build.target(due(binding)), build.call("text_grown", [current, added, limit], at))
    return [grown, build.if_(build.compare(build.call("len", [current]), ">", limit), [looked], [])]
