"""A hook of ten lines over a record of ten fields: the engine with all limits on, beside CPython and other embedded languages.

``python -m benchmarks.peers [--calls N] [--json]``. Peers are ``lupa`` (Lua), ``quickjs`` (JavaScript) and ``starlark``
(``starlark-pyo3``), if installed; whichever can't be imported is printed as absent. None of the peers counts operations or memory here.

Called from outside, the host calls a hook that was compiled once with a new record each time, and reads the status of what comes back:
a whole run in the engine, with the record checked and copied at the border and all limits beginning anew. In a loop of its own each
language changes one record and calls the hook, so that what is timed is the hook and not the way into the language. All are timed in
turn; the fastest of several rounds counts.
"""

import argparse
import importlib
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any, Final

from app.engine import Limits, Program, Record, compile_script
from benchmarks.figures import Report

ROUNDS: Final = 9
LIMITS: Final = Limits(
    max_operations=1_000_000_000,
    max_call_levels=64,
    max_string_size=1_000_000,
    max_array_size=1_000_000,
    max_map_size=1_000_000,
    max_variables=1_000,
    max_memory=1_000_000_000,
)
RECORD: Final = {
    "number": "A-1007",
    "customer": "Ada Lovelace",
    "country": "FR",
    "status": "draft",
    "amount": 250.5,
    "discount": 10.0,
    "lines": 3,
    "weight": 12,
    "is_paid": False,
    "is_express": True,
}

RHAI: Final = """
fn hook(order) {
    let total = order.amount - order.discount;
    if order.customer == "" { throw "a customer is needed"; }
    if order.lines < 1 || order.lines > 500 { throw "between 1 and 500 lines"; }
    let fee = if order.country == "FR" { 5 } else { 9 };
    if order.is_express { fee += 7; }
    if order.weight > 30 { fee += order.weight - 30; }
    order.status = if total > 1000.0 && !order.is_paid { "review" } else { "open" };
    order.total = total + fee;
    order
}
"""
RHAI_LOOP: Final = """
let order = #{ number: "A-1007", customer: "Ada Lovelace", country: "FR", status: "draft", amount: 250.5, discount: 10.0,
               lines: 3, weight: 12, is_paid: false, is_express: true };
let open = 0;
for i in 0..CALLS {
    order.weight = i % 60;
    if hook(order).status == "open" { open += 1; }
}
open
"""
LUA: Final = """
local function hook(order)
    order = copy(order)
    local total = order.amount - order.discount
    if order.customer == "" then error("a customer is needed") end
    if order.lines < 1 or order.lines > 500 then error("between 1 and 500 lines") end
    local fee = order.country == "FR" and 5 or 9
    if order.is_express then fee = fee + 7 end
    if order.weight > 30 then fee = fee + order.weight - 30 end
    if total > 1000.0 and not order.is_paid then order.status = "review" else order.status = "open" end
    order.total = total + fee
    return order
end
local order = { number = "A-1007", customer = "Ada Lovelace", country = "FR", status = "draft", amount = 250.5, discount = 10.0,
                lines = 3, weight = 12, is_paid = false, is_express = true }
local open = 0
for i = 0, CALLS - 1 do
    order.weight = i % 60
    if hook(order).status == "open" then open = open + 1 end
end
return open
"""
LUA_COPY: Final = """
local function copy(from)
    local to = {}
    for key, value in pairs(from) do to[key] = value end
    return to
end
"""
JAVASCRIPT: Final = """
function hook(order) {
    order = {...order};
    const total = order.amount - order.discount;
    if (order.customer === "") throw "a customer is needed";
    if (order.lines < 1 || order.lines > 500) throw "between 1 and 500 lines";
    let fee = order.country === "FR" ? 5 : 9;
    if (order.is_express) fee += 7;
    if (order.weight > 30) fee += order.weight - 30;
    order.status = total > 1000.0 && !order.is_paid ? "review" : "open";
    order.total = total + fee;
    return order;
}
function main(calls) {
    const order = { number: "A-1007", customer: "Ada Lovelace", country: "FR", status: "draft", amount: 250.5, discount: 10.0,
                    lines: 3, weight: 12, is_paid: false, is_express: true };
    let open = 0;
    for (let i = 0; i < calls; i++) {
        order.weight = i % 60;
        if (hook(order).status === "open") open += 1;
    }
    return open;
}
"""
STARLARK: Final = """
def hook(order):
    order = dict(order)
    total = order["amount"] - order["discount"]
    if order["customer"] == "": fail("a customer is needed")
    if order["lines"] < 1 or order["lines"] > 500: fail("between 1 and 500 lines")
    fee = 5 if order["country"] == "FR" else 9
    if order["is_express"]: fee += 7
    if order["weight"] > 30: fee += order["weight"] - 30
    order["status"] = "review" if total > 1000.0 and not order["is_paid"] else "open"
    order["total"] = total + fee
    return order

def main():
    order = {"number": "A-1007", "customer": "Ada Lovelace", "country": "FR", "status": "draft", "amount": 250.5, "discount": 10.0,
             "lines": 3, "weight": 12, "is_paid": False, "is_express": True}
    open = 0
    for i in range(CALLS):
        order["weight"] = i % 60
        if hook(order)["status"] == "open": open += 1
    return open

main()
"""


def hook(order: dict[str, Any]) -> dict[str, Any]:
    """The same in plain CPython; like the others it leaves the caller's record alone."""
    order = order.copy()
    total = order["amount"] - order["discount"]
    if order["customer"] == "":
        raise ValueError("a customer is needed")
    if order["lines"] < 1 or order["lines"] > 500:
        raise ValueError("between 1 and 500 lines")
    fee = 5 if order["country"] == "FR" else 9
    if order["is_express"]:
        fee += 7
    if order["weight"] > 30:
        fee += order["weight"] - 30
    order["status"] = "review" if total > 1000.0 and not order["is_paid"] else "open"
    order["total"] = total + fee
    return order


Loop = Callable[[], object]
"""Calls the hook so often; gives how many records came out open."""
Call = Callable[[dict[str, Any]], object]
"""Calls the hook with a record; gives the status it came out with."""


def cpython(calls: int) -> Loop:
    """Plain CPython, nothing checked."""

    def loop() -> int:
        order, is_open = dict(RECORD), 0
        for i in range(calls):
            order["weight"] = i % 60
            if hook(order)["status"] == "open":
                is_open += 1
        return is_open

    return loop


def from_outside(call: Call, calls: int) -> Loop:
    """So many calls, with a record of its own each."""
    records = [{**RECORD, "weight": i % 60} for i in range(calls)]

    def loop() -> int:
        is_open = 0
        for record in records:
            if call(record) == "open":
                is_open += 1
        return is_open

    return loop


def _compiled(source: str, names: Iterable[str] | Mapping[str, Record] = ()) -> Program:
    program = compile_script(source, limits=LIMITS, globals=names)
    assert isinstance(program, Program)
    return program


def engine(calls: int) -> Loop:
    """The engine, all limits on and finite."""
    program = _compiled(RHAI + RHAI_LOOP.replace("CALLS", str(calls)))
    return lambda: program.run().value


def engine_run(names: Iterable[str] | Mapping[str, Record]) -> Call:
    """A run of the compiled program."""
    program = _compiled(RHAI + "hook(order)", names)

    def call(record: dict[str, Any]) -> object:
        made = program.run(bindings={"order": record}).value
        return made["status"] if isinstance(made, dict) else None

    return call


def lua(module: Any, calls: int) -> tuple[Loop, Call]:
    """Lua by lupa."""
    runtime = module.LuaRuntime()
    loop: Loop = runtime.execute(f"return function() {LUA_COPY}{LUA.replace('CALLS', str(calls))} end")
    hook = runtime.execute(LUA_COPY + LUA[: LUA.index("local order =")] + "return hook")
    return loop, lambda record: hook(runtime.table_from(record))["status"]


def javascript(module: Any, calls: int) -> tuple[Loop, Call]:
    """JavaScript by quickjs; records go in and out as JSON, as they can't otherwise."""
    context = module.Context()
    context.eval(JAVASCRIPT)
    hook = context.get("hook")
    return lambda: context.eval(f"main({calls})"), lambda record: json.loads(hook(context.parse_json(json.dumps(record))).json())["status"]


def starlark(module: Any, calls: int) -> tuple[Loop, Call]:
    """Starlark by starlark-pyo3."""
    parsed = module.parse("hook.star", STARLARK.replace("CALLS", str(calls)))
    defined = module.Module()
    module.eval(defined, module.parse("hook.star", STARLARK[: STARLARK.index("def main")]), module.Globals.standard())
    frozen = defined.freeze()
    return lambda: module.eval(module.Module(), parsed, module.Globals.standard()), lambda record: frozen.call("hook", record)["status"]


PEERS: Final[tuple[tuple[str, str, Callable[[Any, int], tuple[Loop, Call]]], ...]] = (
    ("Lua (lupa)", "lupa", lua),
    ("JavaScript (quickjs)", "quickjs", javascript),
    ("Starlark (starlark-pyo3)", "starlark", starlark),
)
OUTSIDE: Final = "called from outside"
INSIDE: Final = "in a loop of its own"


def imported(name: str) -> ModuleType | None:
    """A module, if it is installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def fastest(loops: dict[str, Loop]) -> dict[str, float]:
    """The best time of each loop in seconds, all of them timed in turn."""
    reference, loop = next(iter(loops.items()))
    expected = loop()
    best = dict.fromkeys(loops, math.inf)
    for _ in range(ROUNDS):
        for name, timed in loops.items():
            begun = time.perf_counter()
            found = timed()
            best[name] = min(best[name], time.perf_counter() - begun)
            assert found == expected, f"{name} makes {found} of the records open, {reference} {expected}"
    return best


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    calls: int = options.calls
    inside = {"CPython": cpython(calls), "engine": engine(calls)}
    typed = {"order": Record({name: type(value) for name, value in RECORD.items()})}
    outside = {
        "CPython": from_outside(lambda record: hook(record)["status"], calls),
        "engine": from_outside(engine_run(typed), calls),
        "engine, fields of any type": from_outside(engine_run(["order"]), calls),
    }
    absent: list[str] = []
    for title, name, make in PEERS:
        module = imported(name)
        if module is None:
            absent.append(title)
        else:
            inside[title], call = make(module, calls)
            outside[title] = from_outside(call, calls)
    report = Report("A hook of ten lines over a record of ten fields")
    every = {f"{title}, {OUTSIDE}": loop for title, loop in outside.items()} | {
        f"{title}, {INSIDE}": loop for title, loop in inside.items()
    }
    for title, seconds in fastest(every).items():
        report.add(title, seconds / calls * 1e6, "µs a call", "<= 3" if title == f"engine, {OUTSIDE}" else "")
    report.show(as_json=options.json)
    if absent and not options.json:
        print(json.dumps({"absent": absent}))


if __name__ == "__main__":
    main()
