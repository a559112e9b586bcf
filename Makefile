# `make demo` and `make test` set everything up on a fresh machine with Python 3.11 or later and pip.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: demo test test-slow lint setup tables docs clean

demo: setup
	$(BIN)/nmt demo

test: lint
	$(BIN)/python -m pytest -m "not slow" -n 2

test-slow: setup
	$(BIN)/python -m pytest -m slow -n 2

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The parse tables beside the grammar, after a change of the grammar or of Lark.
tables: setup
	$(BIN)/python -m nmt.grammar

# docs/diagnostics.md and the rules that `nmt explain` prints, after a change of the table or of docs/language.md.
docs: setup
	$(BIN)/python -m nmt.compiler.codes

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev,features,parse]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info demo
