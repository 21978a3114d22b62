"""Joins go upwards, give back what already says everything, and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.infer import atoms, types
from app.engine.infer.atoms import ANY, ATOM, BOOL, INT, NEVER, TEXT, UNIT, Kind, Type
from app.engine.infer.changes import changed
from app.engine.infer.told import of_value
from app.engine.infer.types import array_of, join, map_of, tuple_of
from tests.engine.differential import agree
from tests.engine.infer.test_program import typed

OPTIONAL = [atoms.optional(INT), atoms.optional(atoms.integer(4)), atoms.optional(TEXT)]
ATOMS = st.sampled_from([NEVER, ANY, INT, atoms.integer(4), atoms.integer(30), atoms.COUNTED, TEXT, BOOL, UNIT, ATOM, *OPTIONAL])
TYPES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(array_of),
        st.lists(inner, min_size=2, max_size=3).map(tuple_of),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).flatmap(
            lambda fields: st.sets(st.sampled_from(sorted(fields)) if fields else st.nothing()).map(
                lambda required: map_of(fields, NEVER, frozenset(required))
            )
        ),
    ),
    max_leaves=6,
)


def says(of: Type, other: Type) -> bool:
    """Whether everything of the other type is of this one."""
    return join(of, other) is of


@given(TYPES, TYPES)
def test_a_join_says_all_that_either_type_says(first: Type, second: Type) -> None:
    joined = join(first, second)
    assert says(joined, first)
    assert says(joined, second)


def test_a_join_with_maps_that_hold_maps_like_themselves_says_all_that_either_type_says() -> None:
    nodes = map_of({"b": map_of({"b": NEVER}, NEVER, frozenset())}, NEVER, frozenset())
    assert nodes.body is not None
    for entries in ({"a": NEVER}, {"b": ANY}, {"a": nodes}, {"a": nodes, "b": INT}):
        other = map_of(entries, NEVER, frozenset())
        for joined in (join(nodes, other), join(other, nodes)):
            assert says(joined, nodes)
            assert says(joined, other)


@given(TYPES)
def test_a_type_joined_with_itself_is_itself(of: Type) -> None:
    assert join(of, of) is of


def test_an_integers_size_is_the_larger_one_of_both() -> None:
    assert join(of_value(7), of_value(-3_000)).bits == 15
    assert join(of_value(7), INT) is INT
    assert of_value(-(2**63)) is INT


def test_maps_keep_apart_what_is_under_which_key_and_what_is_certainly_there() -> None:
    first = of_value({"n": 1, "s": "x"})
    second = of_value({"n": 2})
    joined = join(first, second)
    assert types.read(joined, "n") is atoms.integer(2)
    assert joined.required == {"n"}
    assert types.read(joined, "s").kind is Kind.ATOM


def test_arrays_keep_apart_what_is_where_as_long_as_all_of_them_do() -> None:
    pair = tuple_of([INT, TEXT])
    assert join(pair, tuple_of([INT, BOOL, INT])).fields == {"0": INT, "1": ATOM}
    assert join(pair, array_of(INT)).fields == {}
    assert join(array_of(NEVER), pair).fields == pair.fields
    assert types.without_positions(pair) is not pair
    stored = changed(pair, [None], lambda _of: BOOL)
    assert stored.fields == {"0": ATOM, "1": ATOM}
    assert stored.element is ATOM


def test_what_is_stored_under_a_computed_key_may_be_under_every_key() -> None:
    of = of_value({"n": 1})
    after = changed(of, [None], lambda _of: TEXT)
    assert types.read(after, "n") is ATOM
    assert types.read(after, "other").kind is Kind.ATOM
    assert types.entry(after, "other") is TEXT


def test_arrays_of_arrays_without_end_have_elements_of_any_type() -> None:
    of = types.array_of(INT)
    for _ in range(50):
        of = join(of, array_of(of))
    depth = 0
    while of.kind is Kind.ARRAY:
        of, depth = of.element, depth + 1
    assert of is ANY
    assert depth < 10


def test_records_in_lists_in_records_have_a_type_all_the_way_down() -> None:
    meter = map_of({"now": INT}, NEVER, frozenset({"now"}))
    room = map_of({"meters": array_of(meter)}, NEVER, frozenset({"meters"}))
    floor = map_of({"rooms": array_of(room)}, NEVER, frozenset({"rooms"}))
    building = map_of({"floors": array_of(floor)}, NEVER, frozenset({"floors"}))
    assert building.fields["floors"].element.fields["rooms"].element.fields["meters"].element.fields["now"] is INT


def test_a_map_with_very_many_keys_has_entries_of_any_type() -> None:
    of = of_value({str(at): at for at in range(500)})
    assert types.entry(of, "3") is ANY
    assert not of.required


@pytest.mark.parametrize(
    "source",
    [
        'let m = #{ a: 1 }; let s = "ab"; m[s] = #{ d: m, p: 2 }; (m?.z ?? m) + m',
        'let m = #{ a: 1 }; let s = "ab"; for i in 0..3 { m[s] = #{ d: m, p: i }; } let t = if m.a == 1 { m } else { m.ab }; t',
        'let m = #{ a: 1, b: [2] }; let s = "ab"; m[s] = #{ d: m, p: |v| 1 }; let t = "x"; t += ((m?.z ?? m) + m); t',
        'let m = #{ a: [] }; let s = "k"; m.a.push(#{ d: m, l: [m] }); m[s] = m.a[0]; let t = if m.a.len() > 0 { m } else { m.a[0].d }; t',
    ],
)
def test_maps_that_hold_maps_that_hold_them_have_a_type(source: str) -> None:
    assert agree(source).is_walked


def test_leaves_with_some_of_the_keys_are_nodes_too() -> None:
    """A tree whose leaves are other records than its nodes, and its root another one still, has one type at every depth."""
    leaf = map_of({"name": TEXT, "grams": INT}, NEVER, frozenset({"name", "grams"}))
    node = map_of({"title": TEXT, "parts": array_of(leaf)}, NEVER, frozenset({"title", "parts"}))
    mixed = join(leaf, map_of({"title": TEXT, "parts": array_of(join(leaf, node))}, NEVER, frozenset({"title", "parts"})))
    assert types.read(mixed, "grams").value is INT
    assert types.read(mixed, "parts").value is not None
    below = atoms.held(types.read(mixed, "parts")).element
    assert types.read(below, "grams").value is INT
    assert atoms.held(types.read(below, "parts")).element is below
    root = join(map_of({"title": TEXT, "parts": array_of(mixed)}, NEVER, frozenset({"title", "parts"})), below)
    assert atoms.held(types.read(root, "parts")).element is root
    assert types.read(root, "title").value is TEXT
    assert join(root, leaf) is root
    assert join(root, below) is root


@pytest.mark.parametrize(
    "source",
    [
        "fn sum(t) { let n = t.grams ?? 0; for p in t.parts ?? [] { n += sum(p); } n } "
        'let t = #{ title: "a", parts: [#{ name: "x", grams: 2 }, #{ title: "b", parts: [#{ name: "y", grams: 3 }] }] }; '
        "for i in 0..3 { print(sum(t)); t.parts[1].parts.push(t); t.parts[0].grams = `${i}`.len(); }",
        "fn scale(d, k) { let s = #{ t: d.t, l: [], n: 0 }; for p in d.p { "
        'if "p" in p { let u = scale(p, k); s.l.push(#{ name: u.t, l: u.l }); s.n += u.n; } '
        "else { s.l.push(#{ name: p.name, g: p.g * k }); s.n += p.g; } } s } "
        'let d = #{ t: "a", p: [#{ name: "x", g: 2 }, #{ t: "b", p: [#{ name: "y", g: 3 }, #{ t: "c", p: [#{ name: "z", g: 4 }] }] }] }; '
        "for i in 0..3 { d.p[0].g += i; let s = scale(d, i); print(s); s.l[1].l[0].g = 7; d.p[1].p[0].name = (); print(d); }",
        "let l = #{ v: 1 }; for i in 0..5 { l = #{ v: i, n: l }; } let s = 0; while l != () { s += l.v; l = l.n; } s",
        (
            'let l = #{ v: 1, x: "a" }; for i in 0..5 { l = #{ v: i, n: l }; } let s = ""; while l != () { s += l.v; '
            's += l.x ?? "-"; l = l.n; } s'
        ),
        "let l = [#{ v: 1 }]; for i in 0..5 { l.push(#{ v: i, k: l, x: [#{ v: i }] }); } l[2].k[0].v = 9; l[3].x[0].y = 2; l",
        "let m = #{ a: #{ b: 1 }, b: 2 }; m.a.a = m; m.a.a.b = 3; let t = if m.b > 1 { m.a } else { m }; t.b = 5; [m, t, t.a]",
    ],
)
def test_trees_of_records_that_differ(source: str) -> None:
    assert agree(source).is_walked


def test_what_joins_to_anything_in_a_tree_may_be_anything() -> None:
    """A store under a computed key may put something else in each node's place, also where there was a node or nothing."""
    source = (
        "fn h(p, q) { p.k = q; p } let o = #{ k: [1], n: #{ k: [6], n: () } }; "
        'let k = "k"; o[k][0] = 1; let w = h(o.n, [3]); w.k.push(4); [o, w]'
    )
    assert agree(source).is_walked
    assert typed(source)[1]["o"].fields["n"] is ANY
