"""Whether a traced run is the plain run, and whether its last step gives back the variables that the plain run ended with."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from app.engine import DebugLine, Limits, Outcome, Program, compile_script, tree
from app.engine.display import debug
from app.engine.errors import full_text
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.runtime import FILE_PREFIX
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.trace.recorder import bounded
from app.engine.translation import parse_limits
from app.engine.tree.parts import parts


def difference(text: str, *, limits: Limits = Limits(max_operations=2_000_000), optimize: bool = True) -> str | None:  # noqa: B008  # frozen
    """What a trace gets wrong about a source, in a sentence; None if it gets everything right, or there is nothing to run."""
    program = compile_script(text, limits=limits, optimize=optimize)
    if not isinstance(program, Program):
        return None
    plain, ended = _run(program)
    traced, trace = program.trace()
    if _shown(plain) != _shown(traced):
        return f"plain {_shown(plain)}, traced {_shown(traced)}"
    if plain.error is not None or not trace.is_complete:
        return None if trace.steps and trace.steps[-1].is_error is (plain.error is not None) else "no step where the error is"
    final = trace.state_at(len(trace.steps) - 1)
    dead = _differing(text)
    wrong = {name: shown for name, shown in final[0].variables.items() if name not in dead and shown not in ended.get(name, ())}
    missing = sorted(ended.keys() - final[0].variables.keys()) if ended.get("scope") else []
    return f"not the final variables: {wrong} {missing}, plain {ended}" if wrong or missing else None


def _differing(text: str) -> set[str]:
    """Variables that hold something else in a plain run, because nobody reads it any more.

    They hold parts of others without a copy, which may have changed since, or less than all of an error.
    """
    script, _ = parse(Source(text), parse_limits(Limits()))
    found = resolve(script, STANDARD)
    glanced = {node.variable.text for node in parts([script]) if type(node) is tree.Try and node.variable and id(node) in found.glancing}
    return glanced | {binding.name for binding in found.flows.bindings if binding.borrows}


def _shown(outcome: Outcome) -> tuple[str, tuple[str, ...]]:
    end = f"=> {debug(outcome.value)}" if outcome.error is None else f"! {full_text(outcome.error)}"
    return end, tuple(f"{line.text} @ {line.place}" if isinstance(line, DebugLine) else line for line in outcome.prints)


def _run(program: Program) -> tuple[Outcome, dict[str, set[str]]]:
    """A plain run, and what the main program's variables held when it ended; several values for a name declared more than once."""
    ended: dict[str, set[str]] = {}

    def watch(frame: FrameType, event: str, _given: Any) -> None:
        if event != "return" or frame.f_code.co_filename != FILE_PREFIX or frame.f_code.co_name != "main":
            return
        for local, value in frame.f_locals.items():
            if local == "scope":
                for entry in value:
                    ended.setdefault(entry.name, set()).add(bounded(entry[0]))
            elif "'" in local[1:] and ":" not in local:  # ``a'1:list`` is what was asked once of ``a'1``
                name = local.partition("'")[0]
                held = [value, value[0]] if type(value) is list and value else [value]
                ended.setdefault(name, set()).update(map(bounded, held))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        outcome = program.run()
    finally:
        sys.setprofile(before)
    return outcome, ended


def _sources(paths: Iterable[Path]) -> Iterator[tuple[str, str, Limits, bool]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
            case = json.loads(line)
            options = {name: value for name, value in case.get("limits", {}).items() if name in Limits.__dataclass_fields__}
            limits = Limits(**{"max_operations": 2_000_000, **options})
            yield case["id"], case["source"], limits, case.get("opt") != "none"


def main() -> None:
    """``python -m tests.engine.replay FILE...``: conformance cases, one JSON object a line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    count = wrong = 0
    for name, text, limits, optimize in _sources(parser.parse_args().files):
        count += 1
        found = difference(text, limits=limits, optimize=optimize)
        if found is not None:
            wrong += 1
            sys.stdout.write(f"{name}: {found}\n    {text!r}\n")
    sys.stdout.write(f"{count} sources, {wrong} differ\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
