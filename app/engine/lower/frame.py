"""The lowering of one function: the statements made so far, fresh names, and the dispatch to the handlers of each node.

Lowering an expression gives a Python expression; whatever must run before it is appended to ``out``. When a later operand needs
statements, earlier operands are moved into temporaries first (``operands``), so that the author's order of evaluation holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from app.engine import tree
from app.engine.lower import blocks, branches, build
from app.engine.lower.constants import is_written, written
from app.engine.lower.copies import copied
from app.engine.lower.disturb import is_disturbed, is_unsettled_place
from app.engine.lower.kinds import ANY, CHANGEABLE, Kind, Type, present
from app.engine.lower.owning import dies_here, is_borrowed, is_given_up
from app.engine.lower.parting import Uses
from app.engine.lower.unit import Held, Unit, start_position
from app.engine.members import Member
from app.engine.meter.weights import EXACT_UP_TO
from app.engine.resolve import Binding, Frame
from app.engine.trace import Mark

EXPRESSIONS: Final[dict[type, Callable[..., Any]]] = {}
STATEMENTS: Final[dict[type, Callable[..., None]]] = {}
TEXTS: Final[dict[type, Callable[..., Any]]] = {}
"""Filled by the modules that lower each kind of node."""

RETURN: Final = "return"
"""A destination: the value is the function's result. Others: None (drop it), or the name of a local."""

_NONE: Final[Mapping[int, bool]] = {}

LEVEL: Final = "d"
SCOPE: Final = blocks.SCOPE
THIS: Final = "this"


class Handling(Member):
    """How a handler looks at the error that it catches."""

    LOOKS: ClassVar[Handling]
    GLANCES: ClassVar[Handling]
    """At no more of it than an empty map would show, if nobody has thrown it."""
    IGNORES: ClassVar[Handling]


class Lowering:
    """One function being lowered."""

    def __init__(self, unit: Unit, frame: Frame) -> None:
        self.unit = unit
        self.position = unit.place
        """Line and column of an offset: where a node's errors are reported, given its ``pos``."""
        self.frame = frame
        self.resolution = unit.resolution
        self.kinds = unit.kinds
        self.out: list[Any] = []
        self.results: list[str | None] = []
        """The destinations of ``break`` values, innermost loop last."""
        self.handling: Handling | None = None
        """How the handler of the innermost ``try`` whose body this is part of looks at the error; None if there is none."""
        self.owned_parameters: set[int] = set()
        self.uses: Uses | None = None
        self.looked_at: Any = None
        """The expression that a loop walks, if what it gives may be parts of a variable."""
        self.replaced: Any = None
        """The place of which the value may be given up to what is about to be stored in it (``owning``)."""
        self.final = RETURN
        """The destination of the function's result."""
        self.computed: dict[int, Any] = {}
        """Values of nodes that were lowered ahead of their turn."""
        self.exports: list[tuple[str, tree.Name]] = []
        self.global_constants: set[int] = set()
        """Ids of the declarations that functions see as ``global::NAME``: the main program's own, none of a block's."""
        self.visible: list[Binding] = []
        """The static variables in scope, outermost first."""
        self.block_names: set[str] = set()
        """Names declared so far in the innermost block."""
        self.variables = 0
        self.is_hot = frame.is_hot
        """Whether what is lowered now may run often, so that quick ways for the usual types are worth their nodes."""
        self.accounted: tuple[list[Any], Any, int] = ([], None, 0)
        """The statements in which something was accounted for last, the call that does it, and how much it is."""
        self.texts_within: dict[int, list[Any]] = {}
        """By ``id`` of an array's or map's literal, the texts of unknown length in it and in the literals in it: locals."""
        self.held: dict[int, Held] = {}
        """Closures that variables start with, by ``id`` of the binding."""
        self.due: tuple[int, build.Place] | None = None
        """What the function's entry costs, and where it is reported, until that is paid."""
        self.bare: dict[str, int] = {}
        """Loop variables that hold a character as plain text, by their local: how deep their loops are, or ``scoping.MADE``."""
        self.roomy: dict[str, str] = {}
        """Arrays that the loop being lowered pushes to: to the local which says whether they may get long in it (``roomy``)."""
        self.found: dict[int, list[tuple[Binding, Binding]]] = {}
        """By ``id`` of an ``&&``: the variables of maps and keys of which all but its last operand have found the entries (``lazy``)."""
        self.facts: dict[tuple[str, str], str] = {}
        """What was found out where a local was declared: it and a type, to the local with the answer; a cell and "", to its value's."""
        self.getters: dict[str, str] = {}
        """Where it was asked once whether a local is a map: to the local with what reads its properties, ``dict_get`` if it is."""

    # --- names and temporaries ---

    def fresh(self) -> str:
        """A new local name that no author's variable has."""
        self.frame.count += 1
        return f"'{self.frame.count}"

    @property
    def is_unseen(self) -> bool:
        """Whether an error of ours needn't be made here, as its handler wouldn't look at it."""
        return self.handling is not None and self.handling is not Handling.LOOKS

    def is_type(self, value: Any, kind: str) -> Any:
        """``type(value) is kind``"""
        if type(value) is not build.NAME:
            return build.is_type(value, kind)
        fact = self.facts.get((value.id, kind))
        if fact is not None:
            return build.name(fact)
        getter = self.getters.get(value.id) if kind == "dict" else None
        return build.is_type(value, kind) if getter is None else build.compare(build.name(getter), "is", build.name("dict_get"))

    def learn(self, binding: Binding) -> None:
        """Called where a variable has got its value: finds out once what would be asked repeatedly.

        The answer holds as long as the variable does if nothing else is ever stored in it: neither an assignment nor a method
        that may replace its receiver. What changes in place keeps its type.
        """
        if binding.is_cell or binding.is_assigned or binding.is_replaced or self.frame.is_dynamic:
            return
        if not self.is_hot and binding.repeated < 2:
            return
        slot = binding.slot
        of = self.kinds.type_of_binding(binding)
        if binding.properties > 1 and not binding.has_methods and of.kind is Kind.UNKNOWN and present(of).kind is not Kind.MAP:
            getter = self.getters[slot] = f"{slot}:get"
            is_map = build.is_type(build.name(slot), "dict")
            self.out.append(build.store(build.target(getter), build.choice(is_map, build.name("dict_get"), build.name("get_property"))))
        for kind, uses in (("list", binding.elements), ("int", binding.operands)):
            if uses > 1 and of.kind is Kind.UNKNOWN:
                fact = self.facts[slot, kind] = f"{slot}:{kind}"
                self.out.append(build.store(build.target(fact), build.is_type(build.name(slot), kind)))

    def learn_this(self) -> None:
        """The same for ``this``, unless the function may put another value in its place."""
        frame = self.frame
        if not self.is_hot or not frame.uses_this or frame.this_uses < 2 or frame.returns_this or frame.is_dynamic:
            return
        if not isinstance(frame.node, tree.Script) and self.kinds.of_this(frame.node) is Kind.UNKNOWN:
            fact = self.facts[THIS, "dict"] = f"{THIS}:dict"
            self.out.append(build.store(build.target(fact), build.is_type(build.name(THIS), "dict")))

    def text(self, node: Any) -> Any:
        """A character as plain text, if it is there as such: written down, the variable of a loop over text, one of a text; else None.

        Comparing and joining mean the same for both, and are quicker for plain text.
        """
        if type(node) is tree.Char:
            return build.constant(node.value)
        if type(node) in TEXTS:
            return TEXTS[type(node)](self, node)
        binding = self.binding(node) if self.bare and type(node) is tree.Variable else None
        return build.name(binding.slot) if binding is not None and binding.slot in self.bare else None

    def temporary(self, value: Any) -> Any:
        """Evaluates now, to be read later."""
        slot = self.fresh()
        self.out.append(build.store(build.target(slot), value))
        return build.name(slot)

    def start_place(self, node: Any) -> build.Place:
        """Where errors about a node as an argument are reported."""
        return self.unit.place(start_position(node))

    # --- expressions ---

    def expr(self, node: Any) -> Any:
        """The node's value; it may be part of a variable (borrowed)."""
        return EXPRESSIONS[type(node)](self, node)

    def owned(self, node: Any) -> Any:
        """The node's value, sharing nothing that can change with any variable that is read later."""
        if type(node) is tree.Constant and is_written(node.value):
            return written(self.unit, node.value)
        value = self.expr(node)
        if not self.is_place(node):
            return value
        kind = self.kinds.of(node)
        if kind not in CHANGEABLE:
            return value
        return self.copied(value, self.kinds.type_of(node))

    def copied(self, value: Any, of: Type = ANY) -> Any:
        """A copy, unless the value can't change (``copies``)."""
        return copied(self, value, of)

    def is_place(self, node: Any) -> bool:
        """Whether the value may be part of a variable. Blocks and the like copy what they give."""
        kind = type(node)
        if kind is tree.Variable:
            return True
        if kind is tree.Chain:
            return type(node.steps[-1]) is not tree.MethodStep and (self.is_place(node.root) or type(node.root) is tree.Constant)
        return kind is tree.This or kind is tree.Constant

    def simple(self, value: Any) -> Any:
        """The value as something that can be read twice: a local or a constant."""
        return value if type(value) in SIMPLE else self.temporary(value)

    def lasting(self, value: Any) -> Any:
        """The value as a local that nothing else is ever stored in."""
        return value if is_constant(value) or (is_simple(value) and value.id.startswith("'")) else self.temporary(value)

    def operands(
        self, nodes: Iterable[Any], *, owned: bool = False, passed: bool = False, gives_up: bool = False, taken: Mapping[int, bool] = _NONE
    ) -> list[Any]:
        """The values of several nodes, evaluated in order.

        Owned ones may be what a variable gives up, if ``gives_up`` says so. ``taken`` are the numbers of those that are owned if not all
        are, and whether each is given up. ``passed`` ones are copied if closures could change them.
        """
        values: list[Any] = []
        safe = {False: 0, True: 0}
        nodes = list(nodes)
        for at, node in enumerate(nodes):
            mark = len(self.out)
            if owned:
                value = self.expr(node) if gives_up and is_given_up(self, node) else self.owned(node)
            elif at in taken:
                value = self.expr(node) if taken[at] else self.owned(node)
            else:
                value = self.expr(node)
                if (passed and is_unsettled_place(self, node)) or (at + 1 < len(nodes) and is_disturbed(self, node, nodes[at + 1 :])):
                    value = self.copied(value, self.kinds.type_of(node))
            if len(self.out) > mark and values:
                may_assign = has_block(node)
                self._spill(values, safe[may_assign], mark, may_assign)
                # What is safe from an assignment is safe anyway; looking at all values again each time would be quadratic.
                safe[False] = len(values)
                safe[True] = max(safe[True], len(values) if may_assign else 0)
            values.append(value)
        return values

    def _spill(self, values: list[Any], start: int, mark: int, may_assign: bool) -> None:
        """Moves earlier values, from ``start`` on, into temporaries before the statements of a later one."""
        spilled: list[Any] = []
        for at in range(start, len(values)):
            value = values[at]
            if is_constant(value) or (is_simple(value) and (not may_assign or value.id.startswith("'"))):
                continue
            slot = self.fresh()
            spilled.append(build.store(build.target(slot), value))
            values[at] = build.name(slot)
        self.out[mark:mark] = spilled

    def texts(self, first: Any, second: Any) -> tuple[Any, Any]:
        """Two values evaluated in order, characters as plain text where they are there as such; both simple."""
        left = self.text(first)
        values = [self.simple(self.expr(first) if left is None else left)]
        mark = len(self.out)
        right = self.text(second)
        right = self.simple(self.expr(second) if right is None else right)
        if len(self.out) > mark:
            self._spill(values, 0, mark, has_block(second))
        return values[0], right

    # --- statements ---

    def captured_statements(self, lower: Callable[[], Any]) -> tuple[list[Any], Any]:
        """Lowers into a list of its own; gives the statements and what ``lower`` returned."""
        outer, self.out = self.out, []
        result = lower()
        inner, self.out = self.out, outer
        return inner, result

    def statement(self, node: Any, destination: str | None) -> None:
        """A statement; its value goes to the destination."""
        STATEMENTS[type(node)](self, node, destination)

    def deliver(self, value: Any, destination: str | None) -> None:
        """Sends a value on its way."""
        if destination is None:
            if not is_simple(value):
                self.out.append(build.expression(value))
        elif destination == RETURN:
            if self.frame.returns_this:
                value = build.pair(value, build.name(THIS))
            self.out.append(build.return_(value))
        else:
            self.out.append(build.store(build.target(destination), value))

    def deliver_node(self, node: Any, destination: str | None) -> None:
        """Evaluates an expression for a destination; kept values are owned."""
        if destination is None:
            self.deliver(self.expr(node), None)
        elif (destination == self.final and dies_here(self, node)) or is_borrowed(self, node):
            self.deliver(self.expr(node), destination)
        else:
            self.deliver(self.owned(node), destination)

    def block(self, block: tree.Block, destination: str | None) -> None:
        """The statements of a block; the last one's value is the block's."""
        scope = blocks.enter(self, block)
        weight = self.begin(self.unit.weigher.points.pop(id(block), 0))
        if weight:
            self.charge(weight, self.unit.place(block.pos))
        self.sequence(block.statements, destination)
        blocks.leave(self, scope)

    def sequence(self, statements: list[Any], destination: str | None) -> None:
        """Statements in order; nothing gives ()."""
        if not statements:
            self.begin()
            if destination is not None:
                self.deliver(build.constant(None), destination)
            return
        last = statements[-1]
        is_traced = self.unit.marks is not None
        for node in statements:
            if is_traced:
                self.mark(node.start, node.end)
            if self.due is not None and not branches.may_wait(self, node, is_last=node is last):
                self.begin()
            STATEMENTS[type(node)](self, node, destination if node is last else None)

    def mark(self, start: int, end: int) -> None:
        """Records a step here, if the program is compiled for a trace."""
        if self.unit.marks is None:
            return
        visible = tuple((binding.name, binding.slot, binding.is_cell) for binding in self.visible)
        self.unit.marks.append(Mark(start, end, "", visible))
        self.out.append(build.expression(build.call("step", [build.constant(len(self.unit.marks) - 1)])))

    def charge(self, weight: int, at: build.Place) -> None:
        """Pays for what follows."""
        self.out.append(build.for_(build.target("_"), self.draw(weight, at), [build.BREAK], at))

    def begin(self, more: int = 0) -> int:
        """Pays for a function's entry, if that is still due, and for ``more`` with it; gives back what of that remains to be paid."""
        if self.due is None:
            return more
        weight, at = self.due
        self.due = None
        if weight + more <= EXACT_UP_TO:
            weight, more = weight + more, 0
        self.out.append(build.for_(build.target(LEVEL), self.draw(weight, at, is_entry=True), [build.BREAK], at))
        return more

    def account(self, size_bytes: int, at: build.Place) -> None:
        """Accounts for new data, together with what is made before it in the same stretch of code."""
        stretch, call, before = self.accounted
        if stretch is self.out and call is not None:
            size_bytes += before
            call.args = [build.constant(size_bytes)]
        else:
            call = build.call("grow", [build.constant(size_bytes)], at)
            self.out.append(build.expression(call))
        self.accounted = (self.out, call, size_bytes)

    def draw(self, weight: int, at: build.Place, *, is_entry: bool = False) -> Any:
        """The iterator that a weight is drawn from."""
        return build.item(build.name(LEVEL), build.constant(self.unit.weight(weight, is_entry=is_entry)), at)

    def binding(self, node: tree.Variable) -> Binding | None:
        """The static variable that a name means."""
        return self.resolution.variables.get(id(node))  # none of a path


SIMPLE: Final = (build.NAME, build.CONSTANT)


def is_constant(value: Any) -> bool:
    """Whether a Python expression is a literal."""
    return isinstance(value, build.CONSTANT)


def is_simple(value: Any) -> bool:
    """Whether a Python expression can be repeated at no cost."""
    return type(value) in SIMPLE


def has_block(node: Any) -> bool:
    """Whether an expression holds statements of its own, which could assign variables."""
    kind = type(node)
    if kind in _LEAVES:
        return False
    if kind is tree.Binary:
        return has_block(node.left) or has_block(node.right)
    if kind is tree.Unary:
        return has_block(node.operand)
    if kind is tree.Call:
        return any(map(has_block, node.args)) or node.name == "eval" or bool(node.args)
    if kind is not tree.Chain or has_block(node.root):
        return True
    return any(type(step) is tree.MethodStep or (type(step) is tree.IndexStep and has_block(step.index)) for step in node.steps)


_LEAVES: Final = frozenset(
    {tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant, tree.Variable, tree.This, tree.Closure}
)
