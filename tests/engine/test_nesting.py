"""Ten thousand of everything that nests or repeats: a diagnostic or an author's error, never an exception, through the whole pipeline."""

import pytest

from app.engine import Failure, Limits, Program, compile_script

_MANY = 10_000

_SOURCES = {
    "parentheses": "(" * _MANY + "1" + ")" * _MANY,
    "arrays": "[" * _MANY + "]" * _MANY,
    "maps": "#{a:" * _MANY + "1" + "}" * _MANY,
    "blocks": "{" * _MANY + "}" * _MANY,
    "unclosed brackets": "([{" * _MANY,
    "stray closers": ")]}" * _MANY,
    "if": "if true {" * _MANY + "}" * _MANY,
    "else": "if x {} else {" * _MANY + "}" * _MANY,
    "else if": "if x {1}" + " else if x {2}" * _MANY,
    "while": "while x {" * _MANY + "}" * _MANY,
    "for": "for i in a {" * _MANY + "}" * _MANY,
    "do": "do {" * _MANY + "} while x" * _MANY,
    "try": "try {" * _MANY + "} catch {}" * _MANY,
    "switch": "switch x { _ => {" * _MANY + "}}" * _MANY,
    "functions in functions": "fn f() {" * _MANY + "}" * _MANY,
    "closures": "|x| " * _MANY + "x",
    "minus": "- " * _MANY + "1",
    "not": "!" * _MANY + "true",
    "properties": "let a=#{}; a" + ".b" * _MANY,
    "safe properties": "let a=#{}; a" + "?.b" * _MANY,
    "indices": "let a=[0]; a" + "[0]" * _MANY,
    "indices in indices": "let a=[0]; " + "a[" * _MANY + "0" + "]" * _MANY,
    "methods": "let a=[0]; a" + ".len()" * _MANY,
    "calls in calls": "f(" * _MANY + ")" * _MANY,
    "assigned chain": "x" + ".a[0]" * _MANY + " = 1",
    "interpolations": "`${" * _MANY + "1" + "}`" * _MANY,
    "comments": "/*" * _MANY + "*/" * _MANY + "1",
    "additions": "1" + "+x" * _MANY,
    "additions of literals": '"a"' + '+"b"' * _MANY,
    "conjunctions": "true" + " && x" * _MANY,
    "coalescing": "x" + " ?? y" * _MANY,
    "powers": "2" + " ** x" * _MANY,
    "comparisons": "x" + " == y" * _MANY,
    "memberships": "x" + " in y" * _MANY,
    "throw": "throw " * _MANY,
    "namespaces": "a" + "::b" * _MANY,
    "arguments": "f(" + ",".join(["1"] * _MANY) + ")",
    "items": "let x=1; [" + ",".join(["x"] * _MANY) + "].len()",
    "entries": "#{" + ",".join(f"a{at}:x" for at in range(_MANY)) + "}",
    "switch arms": "switch x {" + ",".join(f"{at} => {at}" for at in range(_MANY)) + "}",
    "parameters": "fn f(" + ",".join(f"a{at}" for at in range(_MANY)) + ") {}",
    "functions": "".join(f"fn f{at}() {{ {at} }} " for at in range(_MANY)) + "f0()",
    "variables": "".join(f"let v{at} = {at};" for at in range(_MANY)),
    "semicolons": ";" * _MANY,
    "quotes": '"' * _MANY,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _SOURCES)
def test_ten_thousand_end_in_a_diagnostic_a_value_or_an_authors_error(name: str) -> None:
    for limits in (Limits(), Limits(max_expr_depth=0, max_function_expr_depth=0)):
        program = compile_script(_SOURCES[name], limits=limits)
        if isinstance(program, Program):
            program.run(limits=Limits(max_operations=100_000))
        else:
            assert isinstance(program, Failure)
            assert program.diagnostics
