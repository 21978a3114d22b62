"""``shadowed-parameter``: a new variable hides a parameter of its own function."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.diagnostic import Diagnostic
from app.ide.checks.check import Check, found
from app.ide.facts import Facts

CODE = "shadowed-parameter"


def search(facts: Facts) -> Iterator[Diagnostic]:
    for hiding in facts.hidings:
        if hiding.reads_it:
            continue  # `let x = x.trim();` refines the parameter, on purpose
        new = hiding.declaration
        message = f"This {new.kind} hides the parameter `{new.name}`"
        yield found(CODE, "warning", (new.start, new.end), message, "Give one of them another name.")


CHECK = Check(
    CODE,
    "warning",
    "A variable declared in a function has the name of one of its parameters, which cannot be reached from there on. Declaring it from the "
    "parameter's own value (`let x = x.trim();`) is fine.",
    "fn area(width, height) {\n    let width = 5;\n"
    "//      ^^^^^ shadowed-parameter: This variable hides the parameter `width`\n    width * height\n}\narea(1, 2);",
    "Rename the variable, or assign to the parameter instead.",
    search,
)
