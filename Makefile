# The commands of this repository. Needs Python 3.11 or newer with pip; everything else comes as hashed wheels into .venv.
#
#   make demo    install, and make the sample film          make bench   time a film, the ledger, 1,000 rows
#   make test    lint, types, layers, all tests             make lock    resolve the dependencies anew
#   make soak    the long tests: kills, load, size          make clean   remove what make made (never ./factory)

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(if $(shell \
	command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo yes),$(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
RUNTIME := .venv/runtime.stamp
TESTING := .venv/testing.stamp
PACKAGE := .venv/package.stamp
WORKERS ?= 2
COMPILE := $(BIN)/uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --no-emit-index-url --no-strip-extras --quiet

.PHONY: demo test soak bench lock clean environment
.DELETE_ON_ERROR:

demo: $(PACKAGE)
	@$(BIN)/videofactory demo

test: $(TESTING) $(PACKAGE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not soak" --cov --cov-report=term:skip-covered

soak: $(TESTING) $(PACKAGE)
	$(BIN)/pytest -m soak --timeout 3600

bench: $(PACKAGE)
	@$(BIN)/python -m videofactory_tests.bench.cut --json bench.json
	@$(BIN)/python -m videofactory_tests.bench.stages
	@$(BIN)/python -m videofactory_tests.bench.ledger
	@$(BIN)/python -m videofactory_tests.bench.channels

environment: $(TESTING) $(PACKAGE)

lock: $(TESTING)
	$(PIP) install uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --extra dg --output-file requirements-test.lock

clean:
	rm -rf .venv build dist *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Each stamp is as old as the installation it stands for: nothing is done twice, and a changed lock is installed at once.

.venv/bin/python:
	@$(if $(PYTHON),,echo "No Python 3.11 or newer with the venv module was found (looked for python3.13, python3.12, \
	python3.11, python3). Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1)
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv

$(RUNTIME): requirements.lock | .venv/bin/python
	@echo "Installing what the factory needs (FFmpeg, fonts and the voice are among it) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(TESTING): requirements-test.lock | $(RUNTIME)
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

$(PACKAGE): pyproject.toml | $(RUNTIME)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
