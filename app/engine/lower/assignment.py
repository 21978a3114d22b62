"""Assignments: to variables, to ``this``, and along chains."""

from __future__ import annotations

from typing import Any

from app.engine import tree
from app.engine.lower import build, scoping, texts
from app.engine.lower.arithmetic import INLINE, NUMERIC, compound
from app.engine.lower.chains import arguments_of, borrowed_root, evaluated_arguments, has_entry
from app.engine.lower.declarations import deliver_unit
from app.engine.lower.disturb import Disturbance, of_all
from app.engine.lower.frame import STATEMENTS, THIS, Lowering, is_constant
from app.engine.lower.kinds import ANY, CHANGEABLE, UNMEASURED, Kind, Type, present
from app.engine.lower.literals import texts_of_record
from app.engine.lower.owning import is_added_last, replaced_by, stored
from app.engine.lower.pushes import is_due_for_record, is_due_for_text, joined
from app.engine.lower.unit import start_position
from app.engine.lower.updates import updated
from app.engine.lower.walks import operand, path_site, store_root
from app.engine.resolve import Binding


def assign(f: Lowering, node: tree.Assign, destination: str | None) -> None:
    """``target op value``"""
    target = node.target
    f.replaced = replaced_by(f, node) if node.op == "=" else None
    if type(target) is tree.Variable:
        _to_variable(f, node, target)
    elif type(target) is tree.This:
        _to_this(f, node, target)
    elif type(target) is tree.Chain:
        _to_chain(f, node, target)
    f.replaced = None
    deliver_unit(f, destination)


def _to_variable(f: Lowering, node: tree.Assign, target: tree.Variable) -> None:
    binding = None if f.frame.is_dynamic else f.binding(target)
    is_inline = f.is_hot and _is_arithmetic(node)
    if binding is not None and not binding.is_cell and not binding.is_const and is_inline and not texts.grows(f, binding):
        made = compound(f, node, build.name(binding.slot), f.kinds.type_of_binding(binding))
        scoping.store_local(f, binding, made)
        return
    if binding is not None and binding.is_const:
        f.temporary(f.owned(node.value))
        f.out.append(build.expression(build.call("constant_target", [build.constant(target.name)], f.position(target.pos))))
        return
    if node.op == "=":
        scoping.store(f, target, stored(f, node.value))
        return
    value, kept = _added(f, node)
    current = scoping.read(f, target)
    is_local = f.is_hot and binding is not None and not binding.is_cell
    if binding is not None and is_local and node.op == "+" and texts.grows(f, binding):
        f.out += _text_growth(f, node, binding, value, kept)
        return
    current = f.simple(current)
    if is_local and joined(f, node, current, value, kept):
        return
    scoping.store(f, target, updated(f, node, current, value, kept, ANY if binding is None else f.kinds.type_of_binding(binding)))


def _added(f: Lowering, node: tree.Assign) -> tuple[Any, Any]:
    """The value of a compound assignment as numbers need it, and as the library does, which may keep it in an array: a copy."""
    if f.kinds.of(node.target) is Kind.TEXT and f.kinds.of(node.value) is Kind.CHAR:
        # To a text, a character is added as if it were one.
        text = f.text(node.value)
        if text is not None:
            text = f.simple(text)
            return text, text
    if node.op not in NUMERIC or type(node.value) is tree.Constant:
        value = f.simple(f.owned(node.value))
        return value, value
    value = f.simple(f.expr(node.value))
    is_shared = f.is_place(node.value) and f.kinds.of(node.value) in CHANGEABLE and not is_added_last(f, node)
    return value, build.call("copy", [value]) if is_shared else value


def _is_arithmetic(node: tree.Assign) -> bool:
    return node.op in NUMERIC and type(node.value) is tree.Binary and node.value.op in INLINE


def _text_growth(f: Lowering, node: tree.Assign, binding: Binding, value: Any, kept: Any) -> list[Any]:
    """``s += t`` on a local that holds a text, or held one at first."""
    current = build.name(binding.slot)
    kind = f.kinds.of(node.value)
    added = f.simple(texts.part_of(kind, value))
    quick = texts.growth(binding, added, f.position(node.pos))
    slow, _ = f.captured_statements(
        lambda: scoping.store_local(f, binding, build.call("assign", [build.constant("+"), current, kept], f.position(node.pos)))
    )
    tests = [] if f.kinds.of_binding(binding) is Kind.TEXT else [f.is_type(current, "str")]
    is_text = kind in texts.JOINED
    if not tests and is_text:
        return quick
    if not is_text:
        tests.append(f.is_type(value, "str"))
    return [build.if_(build.both(tests), quick, slow)]


def _to_this(f: Lowering, node: tree.Assign, target: tree.This) -> None:
    at = f.position(target.pos)
    current = f.temporary(build.call("bound_target", [build.name(THIS)], at))
    value = f.owned(node.value)
    if node.op != "=":
        value = f.simple(value)
        value = updated(f, node, current, value, value)
    f.out.append(build.store(build.target(THIS), value))


def _to_chain(f: Lowering, node: tree.Assign, target: tree.Chain) -> None:
    # By names only, nothing runs between evaluating the value and storing it.
    is_by_names = set(map(type, target.steps)) == {tree.PropertyStep}
    between = [] if is_by_names else arguments_of(target.steps)
    if is_by_names and node.op != "=":
        value, kept = _added(f, node)
    elif is_by_names and not f.is_hot and _is_local(f, target.root):
        value = kept = stored(f, node.value)
    elif of_all(f, between) is Disturbance.ANYTHING:
        # An index may store something else in the variable that was read: ``xs[x.next()] = x``.
        value = kept = f.lasting(stored(f, node.value))
    else:
        value = kept = f.simple(stored(f, node.value))
    arguments = evaluated_arguments(f, target.steps)
    root = target.root
    if _is_constant(f, root):
        held = f.simple(f.expr(root))
        keys = [
            build.constant(step.name) if type(step) is tree.PropertyStep else given[0] if given else build.constant(None)
            for step, given in zip(target.steps, arguments, strict=True)
        ]
        path = f.unit.path(path_site(f, root, [step for step in target.steps if type(step) is not tree.MethodStep], f.position(node.pos)))
        args = [build.constant(path), build.constant("" if node.op == "=" else node.op), held, build.pair(*keys), kept]
        f.out.append(build.expression(build.call("store_constant", args, f.unit.place(start_position(root)))))
        return
    held, container = borrowed_root(f, root)
    if any(type(step) is tree.MethodStep for step in target.steps) or type(root) not in (tree.Variable, tree.This):
        _through_methods(f, node, target, arguments, f.simple(held), kept)
        return
    keys = [
        build.constant(step.name) if type(step) is tree.PropertyStep else given[0]
        for step, given in zip(target.steps, arguments, strict=True)
    ]
    path = f.unit.path(path_site(f, root, target.steps, f.position(node.pos)))
    args = [build.constant(path), build.constant("" if node.op == "=" else node.op), held, build.pair(*keys), kept]

    def by_library() -> None:
        store_root(f, root, build.call("store_path", args, f.position(node.pos)))

    restore = f.kinds.kept()
    slow, _ = f.captured_statements(by_library)
    # A store takes no entry away.
    restore()
    is_slow = node.op != "=" if _is_container(node.value) else type(node.value) is tree.Constant
    if not f.is_hot or any(step.is_safe for step in target.steps) or is_slow:
        f.out += slow
        return
    f.out += _fast_store(f, node, target, keys, container, (value, kept), slow)


def _is_container(node: Any) -> bool:
    """Whether a value is written as an array or a map, which under a name is measured in any case."""
    return type(node) in (tree.Array, tree.Map) or (type(node) is tree.Constant and type(node.value) in (list, dict))


def _is_local(f: Lowering, root: Any) -> bool:
    """Whether a chain starts from a variable in a local, which no expression stores into."""
    binding = f.binding(root) if type(root) is tree.Variable and not f.frame.is_dynamic else None
    return binding is not None and not binding.is_cell and not binding.is_const


def _is_constant(f: Lowering, root: Any) -> bool:
    if type(root) is tree.Constant or (type(root) is tree.Variable and root.namespace):
        return True
    if type(root) is not tree.Variable or f.frame.is_dynamic:
        return False
    binding = f.binding(root)
    return binding is not None and binding.is_const


def _through_methods(f: Lowering, node: tree.Assign, target: tree.Chain, arguments: list[list[Any]], container: Any, value: Any) -> None:
    """``a.f().b = v`` changes what the method gave, which nobody else sees (but it may fail)."""
    last = max([at for at, step in enumerate(target.steps) if type(step) is tree.MethodStep], default=-1)
    if last >= 0:
        first = tree.Chain(target.start, target.end, target.pos, target.root, target.steps[: last + 1])
        f.unit.nodes.append(first)
        made = f.simple(f.expr(first))
    else:
        made = container
    steps = target.steps[last + 1 :]
    keys = [
        build.constant(step.name) if type(step) is tree.PropertyStep else given[0]
        for step, given in zip(steps, arguments[last + 1 :], strict=True)
    ]
    path = f.unit.path(path_site(f, target.root, steps, f.position(node.pos)))
    op = build.constant("" if node.op == "=" else node.op)
    f.out.append(
        build.expression(build.call("store_path", [build.constant(path), op, made, build.pair(*keys), value], f.position(node.pos)))
    )


def _fast_store(
    f: Lowering, node: tree.Assign, target: tree.Chain, keys: list[Any], container: Any, value: tuple[Any, Any], slow: list[Any]
) -> list[Any]:
    """Stores straight into maps and arrays if that is what the chain goes through."""
    steps: list[Any] = target.steps
    tests: list[Any] = []
    current = container
    of = f.kinds.type_of(target.root)
    if of.kind is Kind.UNKNOWN and of.value is not None:
        tests.append(build.compare(current, "is not", build.constant(None)))
        of = present(of)
    for step, key in zip(steps[:-1], keys[:-1], strict=True):
        slot = f.fresh()
        kind = of.kind
        is_there = False
        if _is_entry(f, step, key, kind):
            tests += _entry_tests(f, step, current, key, kind)
            is_there = _is_required(of, key)
            read = build.item(current, key) if is_there else build.call("dict_get", [current, key])
        else:
            tests += _index_tests(f, step, current, key, kind)
            read = build.item(current, key, f.position(step.pos), f.unit.site("bounds", operand(current), operand(key)))
        of = f.kinds.step(of, step)
        if of.kind in (Kind.ARRAY, Kind.MAP) and not tests:
            f.out.append(build.store(build.target(slot), read))
        else:
            tests.append(build.compare(build.walrus(slot, read), "is not", build.constant(None)))
            of = present(of)
        current = build.name(slot)
    last, key = steps[-1], keys[-1]
    kind = of.kind
    if _is_entry(f, last, key, kind):
        tests += _entry_tests(f, last, current, key, kind)
        is_found = len(steps) == 1 and has_entry(f, target.root, last)
        body = _entry_store(f, node, last, current, key, value, tests, of, is_there=is_found)
        return [build.if_(build.both(tests), body, slow)] if tests else body
    tests += _index_tests(f, last, current, key, kind)
    site = f.unit.site("bounds", operand(current), operand(key))
    body, _ = f.captured_statements(lambda: _store_item(f, node, current, key, value, f.position(last.pos), site, of.element))
    if not tests:
        return body
    if kind is Kind.UNKNOWN and len(steps) == 1 and not is_constant(key) and f.kinds.of(last.index) is Kind.UNKNOWN:
        by_key = _entry_tests(f, last, current, key, kind)
        inner = _entry_store(f, node, last, current, key, value, by_key, of)
        slow = [build.if_(build.both(by_key), inner, slow)]
    return [build.if_(build.both(tests), body, slow)]


def _is_required(of: Type, key: Any) -> bool:
    """Whether a map certainly has an entry under a key."""
    return is_constant(key) and key.value in of.required


def _is_entry(f: Lowering, step: Any, key: Any, kind: Kind) -> bool:
    """Whether a step goes to a map's entry, if to anything."""
    if type(step) is tree.PropertyStep or kind is Kind.MAP or (is_constant(key) and type(key.value) is str):
        return True
    return kind is Kind.UNKNOWN and f.kinds.of(step.index) is Kind.TEXT


def _entry_tests(f: Lowering, step: Any, container: Any, key: Any, kind: Kind) -> list[Any]:
    tests = [] if kind is Kind.MAP else [f.is_type(container, "dict")]
    if type(step) is tree.IndexStep and f.kinds.of(step.index) is not Kind.TEXT:
        tests.append(f.is_type(key, "str"))
    return tests


def _entry_store(
    f: Lowering,
    node: tree.Assign,
    step: Any,
    container: Any,
    key: Any,
    value: tuple[Any, Any],
    tests: list[Any],
    of: Type,
    *,
    is_there: bool = False,
) -> list[Any]:
    """Stores into a map's entry; what makes the map grow is measured. With an operator the entry must be there (added to ``tests``)."""
    entry = f.kinds.entry(of, step)
    body, _ = f.captured_statements(lambda: _store_item(f, node, container, key, value, f.position(step.pos), 0, entry))
    is_new = id(node) in f.resolution.completing
    if not is_new and (is_there or _is_required(of, key)):
        return body
    found = build.compare(key, "in", container)
    if node.op != "=":
        tests.append(found)
        return body
    kind_of_value = f.kinds.of(node.value)
    texts = texts_of_record(f, node.value) if type(step) is tree.PropertyStep else None
    if texts is not None:
        # A map of atoms: the container is measured when it has 8, 16, 32 entries and so on.
        stored = build.store(build.item_target(container, key), value[0])
        measured = build.expression(build.call("map_grown", [container, value[0]], f.position(node.pos)))
        return [stored, build.if_(is_due_for_record(f, container, value[0], texts, "MAP_SMALL"), [measured], [])]
    is_function = type(node.value) is tree.Closure and not node.value.captures
    if is_function or kind_of_value in UNMEASURED or kind_of_value is Kind.TEXT or type(step) is tree.IndexStep:
        added = _new_entry(f, node, step, container, key, value[0])
        return added if is_new else [build.if_(found, body, added)]
    added = [build.expression(build.call("add_property", [container, key, value[0]], f.position(node.pos)))]
    return added if is_new or _is_container(node.value) else [build.if_(found, body, added)]


def _new_entry(f: Lowering, node: tree.Assign, step: Any, container: Any, key: Any, value: Any) -> list[Any]:
    """A new entry that holds nothing or a text, or that an index adds, which isn't measured: the map is looked at when it is time to."""
    stored = build.store(build.item_target(container, key), value)
    at = f.position(node.pos)
    if type(step) is tree.PropertyStep:
        measured = build.expression(build.call("map_grown", [container, value], at))
        is_text = f.kinds.of(node.value) is Kind.TEXT
        is_filled = (
            is_due_for_text(f, container, value, "MAP_SMALL") if is_text else is_due_for_record(f, container, value, [], "MAP_SMALL")
        )
        return [stored, build.if_(is_filled, [measured], [])]
    slot = f.fresh()
    length = build.walrus(slot, build.call("len", [container]))
    is_due = [build.negated(build.operation(length, "&", build.constant(63))), build.compare(build.name(slot), ">", build.name("MAP_FREE"))]
    return [stored, build.if_(build.either(is_due), [build.expression(build.call("entry_added", [container], at))], [])]


def _store_item(
    f: Lowering, node: tree.Assign, container: Any, key: Any, value: tuple[Any, Any], at: build.Place, site: int, of: Type
) -> None:
    new = value[0]
    if node.op != "=":
        current = f.temporary(build.item(container, key, at, site))
        new = updated(f, node, current, *value, of)
    f.out.append(build.store(build.item_target(container, key, at, site), new))


def _index_tests(f: Lowering, step: Any, container: Any, key: Any, kind: Kind) -> list[Any]:
    tests = [] if kind is Kind.ARRAY else [f.is_type(container, "list")]
    if f.kinds.of(step.index) is not Kind.INT:
        tests.append(f.is_type(key, "int"))
    return tests


STATEMENTS[tree.Assign] = assign
