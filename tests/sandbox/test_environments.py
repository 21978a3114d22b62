"""The sandbox as root, as an ordinary user, and in containers, each in a process that puts itself there."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can put on the other environments")
ALL_KILLED = {"open": "killed", "connect": "killed", "fork": "killed"}


def start_in(environment: str, mode: str = "strict") -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.sandbox.environments", environment, mode]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    report: dict[str, Any] = json.loads(output.splitlines()[-1])
    return report


@pytest.mark.parametrize(
    ("environment", "layers"),
    [
        ("plain_root", {"seccomp", "landlock", "namespaces", "resources", "identity"}),
        ("ordinary_user", {"seccomp", "landlock", "namespaces", "resources", "identity"}),
        ("container_root", {"seccomp", "landlock", "resources", "identity"}),
        ("container_user", {"seccomp", "landlock", "resources", "identity"}),
    ],
)
def test_strict_works_where_people_run_it(environment: str, layers: set[str]) -> None:
    report = start_in(environment)
    assert (set(report["layers"]), report["canaries"], report["honest"], report["hostile"]) == (layers, ALL_KILLED, 42, "forbidden-call")


@pytest.mark.parametrize(("environment", "reason"), [("container_without_landlock", "landlock"), ("root_without_capabilities", "identity")])
def test_strict_refuses_to_start_and_says_what_is_missing(environment: str, reason: str) -> None:
    assert f"strict mode lacks {reason}" in start_in(environment)["refusal"]


@pytest.mark.parametrize("environment", ["container_without_landlock", "root_without_capabilities"])
def test_degraded_starts_with_what_there_is(environment: str) -> None:
    report = start_in(environment, "degraded")
    assert (report["honest"], report["hostile"]) == (42, "forbidden-call")
