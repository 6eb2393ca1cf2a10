# `make demo` and `make test` each work alone, first, on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
NPROC := $(shell $(PYTHON) -c "import os; print(min(8, os.cpu_count() or 1))")

.PHONY: demo test slow check bench bench-peers bench-augment clean

demo: .venv/.installed
	$(BIN)/hardy demo

test: .venv/.test
	$(BIN)/python -m pytest -m "not slow" -n $(NPROC) --dist worksteal

slow: .venv/.slow
	$(BIN)/python -m pytest -m slow --timeout 3600

check: .venv/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What the benches compare with, in an environment of its own. torchvision's Python part is enough.
bench-peers: .venv-bench/.installed

.venv-bench/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --editable ".[bench]"
	.venv-bench/bin/python -m pip install --quiet --no-deps torchvision gapcv imutils
	touch $@

bench: .venv/.test
	$(BIN)/python bench/mnist.py

bench-augment: .venv-bench/.installed
	.venv-bench/bin/python bench/augment.py
	.venv-bench/bin/python bench/augment_singles.py

clean:
	rm -rf .venv .venv-bench build dist src/*.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/.test: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	$(BIN)/python -m pip install --quiet --no-deps "torchvision>=0.21,<0.29"  # a reference; its Python part is enough
	touch $@ .venv/.installed

.venv/.slow: .venv/.test
	$(BIN)/python -m pip install --quiet --editable ".[slow]"
	touch $@

.venv/.check: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[test,check]"
	$(BIN)/python -m pip install --quiet --no-deps "torchvision>=0.21,<0.29"
	touch $@ .venv/.test .venv/.installed
