"""Random well-formed programs, for Hypothesis: functions, closures, containers, loops, switches, errors thrown and caught.

Programs end by themselves (loops are counted) and are well-formed, not well-typed: most run into an error of the author's kind
somewhere, which is what the engine has to report rightly. Names are drawn from a small pool, so that they shadow and miss each other.
"""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

NAMES = ("a", "b", "c", "x", "y", "items", "m")
FUNCTIONS = (("f", 0), ("g", 1), ("h", 2))
BINARY = (
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "!in",
    "..",
    "..=",
    "&&",
    "||",
    "??",
)
METHODS = """len() push(1) pop() contains(1) to_string() abs() keys() values() is_empty() clear() sort() reverse() index_of(2) split(",")
    to_upper() trim() insert(0,7) remove(0) truncate(1) extract(1) chars() type_of() pad(4,0) drain(|v|v==1) map(|v|v)
    filter(|v|v!=2) reduce(|s,v|s+v,0) some(|v|v==1) call() call(1)""".split()
LITERALS = (
    "0", "1", "2", "-1", "7", "63", "9223372036854775807", "-9223372036854775808", "0.5", "-2.0", "1e300", "true", "false", "()", "'c'",
    '"ab"', '""', "`t`", "[]", "[1, 2]", "[3, \"s\", [4]]", "#{}", "#{a: 1, b: [2]}",
    "0..3", "1..=2", "|| 1", "|v| v + 1", "blob(2, 65)",
)  # fmt: skip

literals = st.sampled_from(LITERALS)
names = st.sampled_from(NAMES)


def expressions(depth: int, *, in_function: bool = False) -> SearchStrategy[str]:
    """Expressions of at most this nesting."""
    roots = [*NAMES, "this"] if in_function else [*NAMES]
    leaf = st.one_of(literals, st.sampled_from(roots))
    if depth <= 0:
        return leaf
    inner = expressions(depth - 1, in_function=in_function)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, inner, st.sampled_from(BINARY), inner),
        st.builds("({} {} {})".format, names, st.sampled_from(["&&", "||"]), names),
        st.builds("{}({})".format, st.sampled_from(["-", "!", "+"]), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("#{{a: {}, b: {}}}".format, inner, inner),
        st.builds("{}[{}]".format, names, inner),
        st.builds("{}.a".format, names),
        st.builds("{}?.b".format, names),
        st.builds("{}.{}".format, names, st.sampled_from(METHODS)),
        st.builds("`<${{{}}}>`".format, inner),
        st.builds("if {} {{ {} }} else {{ {} }}".format, _conditions(inner), inner, inner),
        st.builds("switch {} {{ 1 => {}, 2..5 if {} => {}, _ => {} }}".format, inner, inner, _conditions(inner), inner, inner),
        st.sampled_from([f"{name}({', '.join(['1', 'x'][:argc])})" for name, argc in FUNCTIONS]),
        st.builds("|a, b| {}".format, inner),
        st.builds("{{ let y = {}; y }}".format, inner),
    )


def _conditions(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    """Something that may well be a bool, but is never a literal of another type (which is a syntax error)."""
    return st.one_of(st.sampled_from(["true", "false"]), st.builds("({} == {})".format, inner, inner), names)


def statements(depth: int, *, in_loop: bool = False, in_function: bool = False) -> SearchStrategy[str]:
    """Statements of at most this nesting, each with its end."""
    expr = expressions(2, in_function=in_function)
    simple: list[SearchStrategy[str]] = [
        st.builds("let {} = {};".format, names, expr),
        st.builds("{} = {};".format, names, expr),
        st.builds("{} {} {};".format, names, st.sampled_from(["+=", "-=", "*=", "/=", "%=", "|="]), expr),
        st.builds("{}[{}] = {};".format, names, expr, expr),
        st.builds("{}.a = {};".format, names, expr),
        st.builds("{}.b += {};".format, names, expr),
        st.builds("({});".format, expr),
        st.builds("print({});".format, expr),
        st.builds("throw {};".format, expr),
    ]
    if in_loop:
        simple += [st.just("break;"), st.just("continue;"), st.builds("break {};".format, expr)]
    if in_function:
        simple += [st.builds("return {};".format, expr), st.builds("this = {};".format, expr)]
    if depth <= 0:
        return st.one_of(simple)
    block = blocks(depth - 1, in_loop=in_loop, in_function=in_function)
    loop = blocks(depth - 1, in_loop=True, in_function=in_function)
    return st.one_of(
        *simple,
        st.builds("if {} {} else {}".format, _conditions(expr), block, block),
        st.builds("for {} in {} {}".format, names, st.sampled_from(["0..3", "[1, 2, 3]", '"ab"', "items"]), loop),
        st.builds("{{ let n_ = 0; while n_ < 3 {{ n_ += 1; {} }} }}".replace("n_", "n").format, loop),
        st.builds("try {} catch (e) {}".format, block, block),
        block,
    )


def blocks(depth: int, *, in_loop: bool = False, in_function: bool = False) -> SearchStrategy[str]:
    """Blocks of up to three statements."""
    inner = statements(depth, in_loop=in_loop, in_function=in_function)
    return st.lists(inner, max_size=3).map(lambda parts: "{ " + " ".join(parts) + " }")


@st.composite
def programs(draw: DrawFn) -> str:
    """Whole programs: three functions, some variables, statements, and a last expression that shows the state."""
    function_blocks = blocks(1, in_function=True)
    parts = [f"fn {name}({', '.join(['x', 'y'][:argc])}) {draw(function_blocks)}" for name, argc in FUNCTIONS]
    parts += [f"let {name} = {draw(literals)};" for name in draw(st.lists(names, unique=True, min_size=3))]
    parts += draw(st.lists(statements(2), min_size=1, max_size=6))
    parts.append(draw(st.sampled_from(["[a, b, x]", "a", "x.g(1)", "items", "m"])))
    return "\n".join(parts)
