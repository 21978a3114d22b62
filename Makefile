# Two commands: `make run` and `make test`. Both bring up what they need first; nothing is installed twice.
# Needs Python 3.11 or newer and make. Everything else comes from the lock files.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null))
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.alloy
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Modules that are compiled once halve the time of every later start.
unexport PYTHONDONTWRITEBYTECODE
# One process of tests for each core, four at most; who is done early takes over from the others. `make test WORKERS=0`: one after the other.
WORKERS ?= auto
PARALLEL := -n $(WORKERS) --maxprocesses 4 --dist worksteal

PYTHON_FOLDERS := app tests e2e benchmarks static tools

.PHONY: help setup assets run test fast check coverage lint fmt types imports unit e2e fuzz bench docs lock screenshots browser clean

help: ## What can be made
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(STAMPS)/environment ## The environment, in .venv
	@echo "The environment is ready in $(VENV)."

$(STAMPS)/environment: requirements/dev.lock pyproject.toml tools/environment.sh
	@tools/environment.sh "$(PYTHON)" "$(VENV)"
	mkdir -p $(STAMPS) && touch $@

# Not by the age of files: one that was deleted has none. The build looks at what they hold, and does nothing when that is built already.
assets: $(STAMPS)/environment ## The front end, in static/dist
	@$(BIN)/python static/build.py

run: $(STAMPS)/environment assets ## Start Alloy with a demo tenant
	@exec $(BIN)/python -m tools.run

test: $(STAMPS)/environment assets browser lint types imports unit e2e ## Everything, fastest first

fast: $(STAMPS)/environment assets lint imports ## Checks and the quick tests, under a minute
	@$(BIN)/python -m pytest tests -q -m "not slow" --exitfirst -n auto --dist worksteal

lint: $(STAMPS)/environment ## Style of code and templates
	@folders=$$(for each in $(PYTHON_FOLDERS); do if [ -d $$each ]; then echo $$each; fi; done)
	$(BIN)/ruff check $$folders
	$(BIN)/ruff format --check $$folders
	$(BIN)/python -m tools.templates templates

fmt: $(STAMPS)/environment ## Format code
	@folders=$$(for each in $(PYTHON_FOLDERS); do if [ -d $$each ]; then echo $$each; fi; done)
	$(BIN)/ruff check --fix $$folders
	$(BIN)/ruff format $$folders

types: $(STAMPS)/environment ## Types, strictly
	@$(BIN)/mypy

imports: $(STAMPS)/environment ## Which package may import which
	@$(BIN)/lint-imports

coverage: $(STAMPS)/environment assets ## Branch coverage of the tests in this process, by file and by package
	@$(BIN)/python -m pytest $(or $(TESTS),tests) -q $(PARALLEL) --cov=app --cov-branch --cov-report=term-missing:skip-covered --cov-report=json:var/coverage.json
	$(BIN)/python -m tools.coverage var/coverage.json

unit: $(STAMPS)/environment assets ## Unit and integration tests
	@$(BIN)/python -m pytest tests $(PARALLEL)

browser: $(STAMPS)/environment
	@tools/browser.sh $(BIN)

e2e: $(STAMPS)/environment assets browser ## Journeys in a real browser
	@$(BIN)/python -m pytest e2e $(PARALLEL) --tracing retain-on-failure --screenshot only-on-failure --output test-results

fuzz: $(STAMPS)/environment ## Random programs for an hour: with types, without, and the walker (EXAMPLES=100000)
	@$(BIN)/python -m tests.engine.fuzz --examples $(or $(EXAMPLES),100000)

bench: $(STAMPS)/environment ## Every benchmark, as tables (JSON=1: one object of figures)
	@$(BIN)/python -m tools.bench $(if $(JSON),--json)

docs: $(STAMPS)/environment assets ## Generated reference pages
	@$(BIN)/python -m app docs

lock: $(STAMPS)/environment ## New lock files from pyproject.toml and static/package.json
	@tools/lock.sh $(BIN)

screenshots: $(STAMPS)/environment assets browser ## Every page, both themes, wide and narrow, in var/screenshots
	@$(BIN)/python -m e2e.screenshots

clean: ## Forget what was built; the environment stays
	rm -rf static/dist static/node_modules var/screenshots .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
