"""The table of coverage adds files up to their package."""

from tools.coverage import packages


def _file(covered: int, statements: int, covered_branches: int, branches: int) -> dict[str, object]:
    return {
        "summary": {
            "covered_lines": covered,
            "num_statements": statements,
            "percent_covered": 1.5,
            "covered_branches": covered_branches,
            "num_branches": branches,
        }
    }


def test_files_add_up_to_their_package_and_the_worst_comes_last() -> None:
    files = {"app/base/a.py": _file(1, 2, 0, 4), "app/base/db/b.py": _file(2, 2, 2, 4), "app/main.py": _file(3, 3, 0, 0)}
    assert packages({"files": files}) == [("app/main.py", 1.0, 1.0), ("app/base", 0.75, 0.25)]
