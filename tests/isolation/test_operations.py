"""Every operation of scripts, entities, runs, hooks and schedules has a recipe, works on one's own things, and reaches no others."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

import app
from app import runs, schedules, scripts
from tests.isolation.recipes import MODULES, RECIPES, Move, operations
from tests.isolation.sides import Side, Sides, leaks
from tests.isolation.stage import Stage, open_stage
from tests.requirements import requirement

ROOT = Path(app.__file__).parent
# Public, and no verb of a face: what other verbs or the clockwork behind them are made of.
_PARTS = {"begin_delete", "follow_script", "trace_trial"}
# What only pages show; the walls' test walks those, and one below aims these at the neighbour's things.
_PAGES = {
    "runs.activity",
    "runs.failure_groups",
    "runs.runs_head",
    "runs.version_figures",
    "schedules.get_backlog",  # counts of all tenants, for operators
    "schedules.list_upcoming",
    "scripts.list_secret_readers",
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Where both tenants stand, furnished."""
    with open_stage() as opened:
        yield opened


@pytest.fixture
def sides(stage: Stage) -> Iterator[Sides]:
    """Both tenants as they were furnished."""
    opened = stage.opened()
    yield opened
    stage.close(opened)


@requirement("A12.foreign-id-is-not-found")
@pytest.mark.slow
def test_every_operation_works_on_ones_own_things(sides: Sides, stage: Stage) -> None:
    refused = {}
    for operation, recipe in RECIPES.items():
        answer = stage.run(sides.send(sides.acme, recipe.call(operation, Move(sides.acme, sides.acme))))
        if answer.status_code >= 300:
            refused[operation] = f"{answer.status_code} {answer.text[:300]}"
    assert refused == {}


@requirement("A12.foreign-id-is-not-found")
@pytest.mark.slow
def test_every_operation_aimed_at_the_neighbours_things_reaches_none(sides: Sides, stage: Stage) -> None:
    before = sides.rival.rows()
    crossed = {}
    for operation, recipe in RECIPES.items():
        call = recipe.call(operation, Move(sides.acme, sides.rival))
        answer = stage.run(sides.send(sides.acme, call))
        stage.run(sides.settle())
        shown = leaks(answer.text, sides.rival, call)
        is_found = ("_id}" in operation or "{tenant}" in operation) and answer.status_code not in (401, 403, 404)
        if shown or is_found or answer.status_code >= 500:
            crossed[operation] = f"{answer.status_code} {shown} {answer.text[:300]}"
    assert crossed == {}
    assert sides.rival.rows() == before


def test_every_operation_of_the_modules_has_a_recipe_and_every_recipe_an_operation(application: FastAPI) -> None:
    assert operations(application) == set(RECIPES)


def test_every_verb_of_the_modules_is_behind_an_operation() -> None:
    used = {name for path in (ROOT / "rest").glob("*.py") for name in _names(path)}
    used |= {name for module in ("scripts/gateway.py", "entities/entities.py") for name in _names(ROOT / module)}
    verbs = {f"{module}.{name}" for module in MODULES for name in _verbs(module)}
    assert len(verbs) > 50
    assert {verb for verb in verbs if verb.partition(".")[2] not in used | _PARTS} == _PAGES


@requirement("A12.foreign-id-is-not-found")
def test_what_only_pages_show_tells_nothing_of_the_neighbour(sides: Sides) -> None:
    script_id = next(each.id for each in sides.rival.things("script") if each.name == "failing")

    def look(side: Side) -> list[object]:
        return side.world.read(
            side.person,
            lambda work, actor: [
                runs.failure_groups(work, actor, None),
                runs.failure_groups(work, actor, None, script_id),
                runs.version_figures(work, actor, script_id),
                runs.runs_head(work, actor),
                runs.activity(work, actor),
            ],
        )

    own, foreign = look(sides.rival), look(sides.acme)
    assert all(own)
    assert not {each for each in sides.rival.ids() if each in repr(foreign)}
    assert sides.rival.mark not in repr(foreign)
    assert foreign[1:3] == [(), {}]


@requirement("A12.foreign-id-is-not-found")
def test_what_starts_next_and_who_reads_secrets_tells_nothing_of_the_neighbour(sides: Sides) -> None:
    world = sides.acme.world
    own = world.read(sides.rival.person, lambda work, actor: schedules.list_upcoming(work, actor, 50))
    foreign = world.read(
        sides.acme.person,
        lambda work, actor: (schedules.list_upcoming(work, actor, 50), scripts.list_secret_readers(work, actor)),
    )
    assert own
    assert not {each for each in sides.rival.ids() if each in repr(foreign)}
    assert sides.rival.mark not in repr(foreign)


def _verbs(module: str) -> set[str]:
    """What a module lists as public and takes `(work, actor, ...)`."""
    domain = importlib.import_module(f"app.{module}")
    functions = {name: getattr(domain, name) for name in domain.__all__ if inspect.isfunction(getattr(domain, name))}
    return {name for name, function in functions.items() if list(inspect.signature(function).parameters)[1:2] == ["actor"]}


def _names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
    }
