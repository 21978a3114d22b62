"""Sources become trees; malformed ones say what is wrong, where, and what else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.diagnostic import Diagnostic
from app.engine.parser import ParseLimits, parse, parse_eval
from app.engine.source import Source
from tests.engine.trees import shown


def diagnostics(text: str, limits: ParseLimits | None = None) -> list[Diagnostic]:
    """What is wrong with a source."""
    return parse(Source(text), limits)[1]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("2 ** 3 ** 2", "(2 ** (3 ** 2))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("1 << 2 + 1", "((1 << 2) + 1)"),
        ("1 | 2 == 2", "(1 | (2 == 2))"),
        ("a && b && c || d", "Or([And([a, b, c]), d])"),
        ("a ?? b ?? c", "Coalesce([a, b, c])"),
        ("-2 ** 2", "(-2 ** 2)"),
        ("-x.abs()", "Unary(-, Chain(x, [MethodStep(abs, [], False)]))"),
        ("- 5", "-5"),
        ("!a", "Unary(!, a)"),
        ("a !in b", "(a !in b)"),
        ("x[1..]", "Chain(x, [IndexStep((1 .. ()), False)])"),
        ("a.b?.c[0]?[1](2)", None),
        ("a.b?.c[0]?[1]", "Chain(a, [PropertyStep(b, False), PropertyStep(c, True), IndexStep(0, False), IndexStep(1, True)])"),
        ("(a.b).c", "Chain(a, [PropertyStep(b, False), PropertyStep(c, False)])"),
        ("f(1).g", "Chain(Call(f, [1], [], False), [PropertyStep(g, False)])"),
        ("m::n::f!(1)", None),
        ("m::n::f(1,)", "Call(f, [1], [m, n], False)"),
        ("f!()", "Call(f, [], [], True)"),
        ("global::X", "global::X"),
        ("`a${b}c`", "Interpolated(['a', {b}, 'c'])"),
        ('#{a: 1, "b c": [2,],}', "Map([[a, 1], [b c, Array([2])]])"),
        ("let f = |x, y| x + y + z;", "Let(f, Closure(anon$0000000800000001, [x, y], [z], {((x + y) + z)}), False)"),
        (
            "|| { let a = 1; a.b = c; }",
            "Closure(anon$0000000000000001, [], [c], {Let(a, 1, False); Assign(=, Chain(a, [PropertyStep(b, False)]), c)})",
        ),
        ("if a { 1 } else if b { 2 } else { 3 }", "If(a, {1}, {If(b, {2}, {3})})"),
        ("let x = if a { 1 };", "Let(x, If(a, {1}, None), False)"),
        (
            "switch x { 1 | 2 if y => 3, 4..=5 => { 6 } _ => 7 }",
            "Switch(x, [SwitchArm([1, 2], y, {3}), SwitchArm([RangePattern(4, 5, True)], None, {6}), SwitchArm([], None, {7})])",
        ),
        ("loop { break 5; }", "While(None, {Break(5)})"),
        ("while a { continue }", "While(a, {Continue()})"),
        ("do { 1 } until a", "Do({1}, a, True)"),
        ("for (x, i) in 0..9 { }", "For(x, i, (0 .. 9), {})"),
        ("try { a } catch (e) { throw }", "Try({a}, e, {Throw(None)})"),
        ("a.b[c] += 1", "Assign(+, Chain(a, [PropertyStep(b, False), IndexStep(c, False)]), 1)"),
        ('const A = 1; export A as b; import "m" as n;', "Let(A, 1, True); Export(A, b); Import('m', n)"),
        (
            "private fn f(a, b) { a } fn i64.g() { this } f(1, 2)",
            "Function(f, [a, b], {a}, None); Function(g, [], {This()}, i64); Call(f, [1, 2], [], False)",
        ),
        ("x ?? return 1", "Coalesce([x, {Return(1)}])"),
        (";;1;", "1"),
        ("", ""),
    ],
)
def test_a_source_becomes_a_tree(text: str, tree: str | None) -> None:
    script, found = parse(Source(text))
    if tree is None:
        assert found
    else:
        assert found == []
        assert shown(script) == tree


@pytest.mark.parametrize(
    ("text", "kind", "message", "offset"),
    [
        ("let = 1", "VariableExpected", "Expecting name of a variable", 4),
        ("if x = 1 { }", "BadInput.ImproperSymbol", "Possibly a typo of '=='?", 5),
        ("1 +", "UnexpectedEOF", "Script is incomplete", 3),
        ("foo(1", "MissingToken", "Expecting ')' to close the arguments list of this function call 'foo'", 5),
        ("#{let: 1}", "MissingToken", "Expecting '}' to end this object map literal", 2),
        ("let x = 5 let y = 6", "MissingToken", "Expecting ';' to terminate this statement", 10),
        ("const X = 1; X = 2", "AssignmentToConstant", "Cannot assign to constant X", 13),
        ("f() = 5", "AssignmentToInvalidLHS", "Expression cannot be assigned to", 0),
        ("a.f().b = 5", "AssignmentToInvalidLHS", "Expression cannot be assigned to", 2),
        (
            "{ fn f() { 1 } }",
            "WrongFnDefinition",
            "Function definitions must be at global level and cannot be inside a block or another function",
            2,
        ),
        ("fn f(a) {} fn f(b) {}", "FnDuplicatedDefinition", "Function f with 1 parameter already exists", 11),
        ("break", "LoopBreak", "Break statement should only be used inside a loop", 0),
        ("this", "BadInput.ImproperSymbol", "'this' can only be used in functions", 0),
        ("x.f!()", "MalformedCapture", "method-call style does not support running within the caller's scope", 2),
        ("if 1 { 2 }", "MismatchedType", "Expecting a boolean expression, not a number", 3),
        ("goto x", "Reserved", "'goto' is a reserved keyword", 0),
        ("x++", "UnknownOperator", "Unknown operator: '++'", 1),
        ("#{}[1]", "MalformedIndexExpr", "Object map expects string index, not a number", 4),
        ("switch 3 { 0..5 => 1, 3 => 2 }", "WrongSwitchIntegerCase", "Numeric switch case cannot follow a range case", 22),
    ],
)
def test_the_first_fault_is_what_rhai_reports(text: str, kind: str, message: str, offset: int) -> None:
    first = diagnostics(text)[0]
    assert (first.parse_kind, first.message, first.start) == (kind, message, offset)


def test_parsing_goes_on_behind_a_fault() -> None:
    text = "let = 1;\nlet ok = 2;\nfn f( { }\nif x { let y = ; foo(1 }\nlet z = @;\nok + 1"
    found = diagnostics(text)
    assert [Source(text).place(fault.start).line for fault in found] == [1, 3, 4, 4, 5]  # type: ignore[union-attr]  # all have places
    assert "Let(ok, 2, False)" in shown(parse(Source(text))[0])


def test_functions_cannot_be_defined_in_eval() -> None:
    assert parse_eval(Source("fn f() { 1 }"))[1][0].parse_kind == "WrongFnDefinition"
    assert parse_eval(Source("let x = 1; x"))[1] == []


def test_literals_and_functions_are_bounded() -> None:
    limits = ParseLimits(max_array_size=2, max_map_size=1, max_string_size=5, max_functions=1)
    for text in ("[1, 2, 3]", "#{a: 1, b: 2}", '"abcdef"', "fn f() {} fn g() {}", "|| 1; || 2"):
        assert diagnostics(text, limits), text


@pytest.mark.slow
@pytest.mark.parametrize("limits", [ParseLimits(), ParseLimits(max_expr_depth=0, max_function_expr_depth=0)])
@pytest.mark.parametrize(
    "unit",
    "( [ { #{a: - ! - a. a[ f( 1+ 1** loop{ `${ a?.b try{ if|a|{ else|if|a|{ switch|a|{|1=> fn|f(){".split(),
)
def test_deep_nesting_is_a_diagnostic(unit: str, limits: ParseLimits) -> None:
    assert diagnostics(unit.replace("|", " ") * 10_000, limits)
    assert diagnostics("if a {} " + "else if a {} " * 10_000, limits)


_WORDS = (
    "let const if else switch do while until loop for in continue break return throw try catch fn private import export as true false this "
    "( ) [ ] { } #{ () ; , . : :: => = == + - * / % ** << >> & | ^ && || ?? ?. ?[ .. ..= ! !in += x y f 1 2.5 \"s\" 'c' `t` `a${ _ @"
).split()


@given(st.lists(st.sampled_from(_WORDS), max_size=60))
def test_any_soup_of_tokens_gives_a_tree(words: list[str]) -> None:
    text = " ".join(words)
    script, found = parse(Source(text))
    assert script.end == len(text)
    assert all(-1 <= fault.start <= len(text) and fault.message for fault in found)


@given(st.text(max_size=200))
def test_any_text_gives_a_tree(text: str) -> None:
    assert parse(Source(text))[0].end == len(text)
