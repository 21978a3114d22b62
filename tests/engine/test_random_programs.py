"""Programs made from the grammar at random: nothing but values and author's errors may come out, and a trace changes nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import Limits, Program, compile_script
from app.engine.display import debug
from app.engine.errors import full_text

_LIMITS = Limits(max_operations=3_000, max_string_size=2_000, max_array_size=200, max_map_size=100, max_call_levels=16, max_memory=500_000)

_NAMES = st.sampled_from(["a", "b", "c", "f", "g"])
_LEAVES = st.one_of(
    st.integers(-3, 9).map(str),
    st.sampled_from(["1.5", "true", "()", '"s"', "'c'", "[1, 2]", "#{a: 1, b: [2]}", "9223372036854775807", "0..4", "blob(2, 7)"]),
    _NAMES,
)
_OPERATORS = st.sampled_from("+ - * / % ** << == != < >= && || & ^ ?? in ..".split())


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, _OPERATORS, inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        st.tuples(_NAMES, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(_NAMES, _NAMES).map(lambda parts: f"{parts[0]}?.{parts[1]}"),
        st.tuples(_NAMES, st.sampled_from("push len pop trim contains map clear index_of remove sort".split()), inner).map(
            lambda parts: f"{parts[0]}.{parts[1]}({parts[2]})"
        ),
        inner.map(lambda value: f"(|x| x + {value}).call(1)"),
        st.tuples(inner, inner, inner).map(lambda parts: f"(if {parts[0]} {{ {parts[1]} }} else {{ {parts[2]} }})"),
        st.tuples(inner, inner).map(lambda parts: f"(switch {parts[0]} {{ 1 => {parts[1]}, 2..5 => 2, _ => 3 }})"),
        inner.map(lambda value: f"`<${{{value}}}>`"),
        st.tuples(_NAMES, inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
    )


_EXPRESSIONS = st.recursive(_LEAVES, _grown, max_leaves=8)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(_NAMES, inner).map(lambda parts: f"for {parts[0]} in [1, [2], 3] {{ {parts[1]} }}"),
        st.tuples(_EXPRESSIONS, inner).map(lambda parts: f"if {parts[0]} {{ {parts[1]} }}"),
        st.tuples(inner, _NAMES, inner).map(lambda parts: f"try {{ {parts[0]} }} catch ({parts[1]}) {{ {parts[2]} }}"),
        inner.map(lambda body: f"loop {{ {body} break; }}"),
        st.tuples(inner, inner).map(" ".join),
    )


_SIMPLE = st.one_of(
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda parts: f"let {parts[0]} = {parts[1]};"),
    st.tuples(_NAMES, st.sampled_from(["=", "+=", "-=", "*="]), _EXPRESSIONS).map(lambda parts: f"{' '.join(parts)};"),
    st.tuples(_NAMES, _EXPRESSIONS, _EXPRESSIONS).map(lambda parts: f"{parts[0]}[{parts[1]}] = {parts[2]};"),
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda parts: f"{parts[0]}.a = {parts[1]};"),
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda parts: f"let {parts[0]} = |x| {{ a = x; {parts[1]} }};"),
    _EXPRESSIONS.map(lambda value: f"print({value});"),
    _EXPRESSIONS.map(lambda value: f"throw {value};"),
    _EXPRESSIONS.map(lambda value: f'eval("{value.replace(chr(34), "")}");'),
    _EXPRESSIONS.map(lambda value: f"{value};"),
)
_STATEMENTS = st.recursive(_SIMPLE, _blocks, max_leaves=6)
_PROGRAMS = st.tuples(st.lists(_STATEMENTS, max_size=6), _EXPRESSIONS).map(
    lambda parts: (
        'let a = [1, 2]; let b = 2; let c = "text"; ' + " ".join(parts[0]) + f" fn f(x) {{ {parts[1]} }} fn g(x) {{ this += x; }} a"
    )
)


@settings(max_examples=200, deadline=None)
@given(_PROGRAMS)
def test_a_random_program_ends_with_a_value_or_an_authors_error(source: str) -> None:
    program = compile_script(source, limits=_LIMITS)
    if not isinstance(program, Program):
        assert program.diagnostics
        return
    plain = program.run()
    traced, _ = program.trace()
    assert traced.prints == plain.prints
    assert debug(traced.value) == debug(plain.value)
    if plain.error is not None:
        full_text(plain.error)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_compiled_or_refused(source: str) -> None:
    program = compile_script(source, limits=_LIMITS)
    if isinstance(program, Program):
        program.run()
