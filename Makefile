# Two commands for people: make run, make test. Both set up everything themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test format clean

run: $(VENV)/.run
	$(BIN)/python -m bot --or-preview

# Two workers, for CI has two cores; each takes one half of the tests in their order, then some of the
# other's last. One thread each: the tests' small networks lose more by sharing than they gain.
test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers=2
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -rfEs --numprocesses=2 --dist=worksteal

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make run PYTHON=/path/to/python3.11"; exit 1; }
	rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv is missing (on Debian: apt install python3-venv)"; exit 1; }

# torch first, for it alone may come from another index, and by its exact version.
TORCH := $(shell grep -o 'torch==[0-9.]*' pyproject.toml)
$(VENV)/.torch: PACKAGES = $$(sh deploy/torch_index.sh $(BIN)/python $(TORCH)) $(TORCH)
$(VENV)/.run: PACKAGES = --editable '.[train,preview]'
$(VENV)/.dev: PACKAGES = --editable '.[dev]'

$(VENV)/.torch: $(VENV)/bin/python pyproject.toml
$(VENV)/.run $(VENV)/.dev: $(VENV)/.torch

# What pip says is shown only if it fails: warnings of an index out of reach would bury the rest.
$(VENV)/.torch $(VENV)/.run $(VENV)/.dev:
	@echo "Installing $(lastword $(PACKAGES)) ..."
	@said=$$($(BIN)/python -m pip install --quiet --disable-pip-version-check $(PACKAGES) 2>&1) || \
		{ printf '%s\n' "$$said"; exit 1; }
	@touch $@
