"""How fast the engine is: fully metered runs beside hand-written CPython, the time to compile, to diagnose, and to make one small call.

``python -m benchmarks.engine [--programs DIR] [--runs N] [--json]``. A folder of programs holds ``NAME.rhai`` files and a Python
file, ``twins.py`` or ``reference.py``, with a function per program; a ``baseline.json`` beside them, if any, says how many times
longer the Rust implementation of Rhai takes than that function. Both sides are timed in turn, best of N each.
"""

import argparse
import gc
import importlib.util
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from app.ide.diagnose import diagnose
from benchmarks.figures import table

OWN_PROGRAMS = Path(__file__).parent / "programs"
LINES_OF_A_LONG_SCRIPT = 1_000
ROUNDS = 3
LINES_OF_A_SHORT_SCRIPT = 12
ALL_LIMITS = ",".join(
    (
        "max_operations=1000000000",
        "max_call_levels=64",
        "max_string_size=1000000",
        "max_array_size=1000000",
        "max_map_size=1000000",
        "max_variables=1000",
        "max_memory=1000000000",
    )
)


@dataclass(frozen=True)
class Row:
    """One program's measurements, in seconds."""

    name: str
    engine: float
    cpython: float
    compile: float
    operations: int
    rust_over_cpython: float | None

    @property
    def over_cpython(self) -> float:
        """How many times longer the engine takes than hand-written CPython."""
        return self.engine / self.cpython

    @property
    def over_rust(self) -> float | None:
        """How many times longer the engine takes than Rhai in Rust; below 1 is faster."""
        return self.over_cpython / self.rust_over_cpython if self.rust_over_cpython else None


def load_twins(folder: Path) -> ModuleType:
    """The Python file beside the programs."""
    path = next(folder / name for name in ("twins.py", "reference.py") if (folder / name).exists())
    spec = importlib.util.spec_from_file_location(f"twins_of_{folder.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def engine_times(path: Path, runs: int) -> tuple[float, float, int]:
    """Best run, best compile (both in seconds) and the operations of one program, in a process of its own, under all limits."""
    command = [
        sys.executable,
        "-m",
        "app.commands.evaluate",
        str(path),
        "--limits",
        ALL_LIMITS,
        "--time",
        str(runs),
        "--json",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    return figures["run"]["min"], figures["compile"]["min"], figures["ops"]


def twin_time(twin: Callable[[], object], runs: int) -> float:
    """Best run of the Python twin, in seconds."""
    gc.collect()
    best = math.inf
    for _ in range(runs):
        begun = time.perf_counter()
        twin()
        best = min(best, time.perf_counter() - begun)
    return best


def measure(folder: Path, runs: int) -> list[Row]:
    """Measures every program of a folder."""
    twins = load_twins(folder)
    baseline_path = folder / "baseline.json"
    baseline = json.loads(baseline_path.read_text()) if baseline_path.exists() else {}
    rows = []
    for path in sorted(folder.glob("*.rhai")):
        twin = getattr(twins, path.stem)
        cpython = engine = compiled = math.inf
        # In turn, several times: a machine that is busy for a while must not decide the ratio.
        for _ in range(ROUNDS):
            cpython = min(cpython, twin_time(twin, runs))
            run_seconds, compile_seconds, operations = engine_times(path, runs)
            engine, compiled = min(engine, run_seconds), min(compiled, compile_seconds)
        rows.append(Row(path.stem, engine, cpython, compiled, operations, baseline.get(path.stem, {}).get("rhai_over_cpython")))
    return rows


def long_script(lines: int) -> str:
    """An ordinary script of so many lines: functions with conditions, loops, maps and text."""
    block = """fn check_{n}(order) {{
    let total = 0;
    for line in order.lines {{
        if line.qty <= 0 || line.price < 0.0 {{ throw `bad line ${{line.code}}`; }}
        total += line.qty * {n};
    }}
    let label = if total > 100 {{ "big" }} else {{ "small" }};
    order.note = label + "-" + total;
    // keep the running sum in the map
    order.sum = (order.sum ?? 0) + total % 17;
    let rate = switch order.country {{ "DE" => 19, "FR" | "NL" => 20, _ => 0 }};
    order.tags.filter(|tag| tag.len > 2 && tag != "test").len() + rate
}}
"""
    each = block.count("\n")
    return "".join(block.format(n=n) for n in range(1, lines // each + 1))


def seconds_to_compile(lines: int, runs: int) -> float:
    """Best time to compile a script of so many lines, per 1,000 lines."""
    source = long_script(lines)
    with tempfile.NamedTemporaryFile("w", suffix=".rhai", encoding="utf-8") as file:
        file.write(source)
        file.flush()
        best = min(engine_times(Path(file.name), runs)[1] for _ in range(ROUNDS))
    return best * 1_000 / source.count("\n")


def diagnose_seconds(source: str, runs: int) -> float:
    """Best time to diagnose a source that is new each time, for the last one read is kept."""
    best = math.inf
    for run in range(runs):
        text = f"{source}\n// {run}"
        begun = time.perf_counter()
        diagnose(text)
        best = min(best, time.perf_counter() - begun)
    return best


def call_seconds(runs: int) -> float:
    """Best time of a whole run of a program that does next to nothing, compiled before."""
    with tempfile.NamedTemporaryFile("w", suffix=".rhai", encoding="utf-8") as file:
        file.write("fn twice(x) { x * 2 }\ntwice(21)\n")
        file.flush()
        return engine_times(Path(file.name), runs)[0]


def geometric_mean(values: Iterable[float]) -> float:
    """The mean that ratios need."""
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, default=OWN_PROGRAMS)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.programs, options.runs)
    per_thousand = seconds_to_compile(LINES_OF_A_LONG_SCRIPT, options.runs)
    over_rust = [row.over_rust for row in rows if row.over_rust is not None]
    figures = {f"{row.name}.over_cpython": row.over_cpython for row in rows}
    figures |= {"over_cpython.geometric_mean": geometric_mean(row.over_cpython for row in rows)}
    figures |= {"over_cpython.max": max(row.over_cpython for row in rows)}
    if over_rust:
        figures |= {"over_rust.geometric_mean": geometric_mean(over_rust), "over_rust.max": max(over_rust)}
    long = long_script(LINES_OF_A_LONG_SCRIPT)
    faulty = long.replace("total > 100", "totle > 100")
    short = "\n".join(long.split("\n")[:LINES_OF_A_SHORT_SCRIPT])
    figures |= {
        "compile_ms_per_1000_lines": per_thousand * 1e3,
        "diagnose_ms_1000_lines": diagnose_seconds(long, options.runs) * 1e3,
        "diagnose_ms_1000_lines_faulty": diagnose_seconds(faulty, options.runs) * 1e3,
        "diagnose_ms_12_lines": diagnose_seconds(short, options.runs) * 1e3,
        "call_ms": call_seconds(options.runs) * 1e3,
    }
    if options.json:
        print(json.dumps(figures))
        return
    head = ("program", "engine ms", "CPython ms", "/ CPython", "/ Rust", "compile ms", "operations")
    shown = [
        (
            row.name,
            f"{row.engine * 1e3:.2f}",
            f"{row.cpython * 1e3:.2f}",
            f"{row.over_cpython:.2f}",
            f"{row.over_rust:.2f}" if row.over_rust is not None else "-",
            f"{row.compile * 1e3:.2f}",
            f"{row.operations:,}",
        )
        for row in rows
    ]
    table(head, shown)
    print()
    for name, value in figures.items():
        if name.endswith("geometric_mean") or "_ms" in name:
            print(f"{name:32} {value:.3f}")


if __name__ == "__main__":
    main()
