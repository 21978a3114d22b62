"""Our own lint rule for tenant isolation: finds statements that the session's back-ups can't see.

Usage: python -m app.base.lint [folder ...]
Statements come from a `Scope`. Flagged are the ways around it: SQL as text, `__table__`, `select_from`, statements built without a scope,
sessions of one's own, `commit`, and the platform scope outside the modules that may stand above tenants.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BUILDERS: Final = frozenset(
    {"select", "insert", "update", "delete", "text", "union", "union_all", "Session", "sessionmaker", "create_engine"}
)
_LIBRARIES: Final = ("sqlalchemy", "sqlmodel")
_METHODS: Final = frozenset({"exec_driver_sql", "select_from", "from_statement", "commit"})

EXEMPT: Final = ("app/base/db/", "app/base/migrate.py", "app/migrations/", "app/testing/")
"""Where sessions, engines and schemas are made; everything else only uses them."""
ABOVE_TENANTS: Final = (
    "app/access/",
    "app/base/outbox/",
    "app/entities/keeper.py",
    "app/runs/keeper.py",
    "app/runs/retention.py",
    "app/schedules/ticking/",
    "app/scripts/retention.py",
)
"""Where the platform scope may be used: sign-in, queues whose workers serve every tenant, and upkeep."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One way around the scope."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """The finding as compilers print theirs."""
        return f"{self.path}:{self.line}: {self.message}"


def check_source(path: str, source: str) -> list[Finding]:
    """What is wrong in one file; `path` is relative to the repository and decides what is allowed in it."""
    if path.startswith(EXEMPT):
        return []
    found = [Finding(path, line, message) for node in ast.walk(ast.parse(source)) for line, message in _faults(node, path)]
    return sorted(found, key=lambda finding: finding.line)


def check_folder(root: Path, folder: str) -> list[Finding]:
    """What is wrong in a folder of the repository at `root`."""
    findings: list[Finding] = []
    for file in sorted((root / folder).rglob("*.py")):
        findings += check_source(file.relative_to(root).as_posix(), file.read_text("utf-8"))
    return findings


def _faults(node: ast.AST, path: str) -> Iterator[tuple[int, str]]:
    match node:
        case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] in _LIBRARIES:
            for name in names:
                if name.name in _BUILDERS:
                    yield node.lineno, f"{name.name} is imported from {module}: take statements from a Scope"
        case ast.Attribute(attr="__table__"):
            yield node.lineno, "__table__ goes around the tenant criteria: use the mapped class with a Scope"
        case ast.Call(func=ast.Attribute(attr=str(attr))) if attr in _METHODS:
            yield node.lineno, f"{attr}() goes around the scope or the unit of work"
        case ast.Attribute(attr="platform", value=ast.Name(id="work")) if not path.startswith(ABOVE_TENANTS):
            yield node.lineno, "work.platform stands above tenants: only access and the queues may use it"
        case ast.Attribute(attr="_session" | "_lane"):
            yield node.lineno, "a session of its own goes around the scope"


def main(folders: Sequence[str]) -> int:
    """Print what is wrong in the folders; the number of findings."""
    root = Path(__file__).resolve().parents[2]
    findings = [finding for folder in folders or ("app",) for finding in check_folder(root, folder)]
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    return len(findings)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
