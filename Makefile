# What one does often. Every target sets up what it needs; nothing is rebuilt whose inputs did not change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMP := $(VENV)/installed
TORCH := torch==2.13.0
HOST ?= 127.0.0.1
PORT ?= 7860

.PHONY: run setup index test test-all lint types audit check floors bench train lock screens seal clean

run: index
	$(PY) -m ui --host $(HOST) --port $(PORT)

setup: $(STAMP)

# The CPU build of torch comes first and alone: uv knows where it is without naming a host; where uv cannot reach it, pip
# takes what the machine offers (on macOS that is the CPU build anyway).
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(PY) -c 'import torch; assert torch.__version__.startswith("$(TORCH)"[7:])' 2>/dev/null \
		|| $(BIN)/uv pip install --quiet --python $(PY) --torch-backend=cpu $(TORCH) 2>/dev/null \
		|| $(PY) -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

index: $(STAMP)
	$(PY) -m index build --if-changed

# Two processes, each with whole files, in the order and the lanes of tests/lanes.py. One thread each: two processes with two threads
# on two cores wait for each other. What they start finds the rooms compiled, also where the machine asks Python to write nothing.
test test-all: export OMP_NUM_THREADS := 1
test test-all: export PYTHONDONTWRITEBYTECODE :=

test: $(STAMP)
	$(PY) -m pytest -n 2 --dist loadfile

test-all: $(STAMP)
	$(PY) -m pytest -m slow -n 2 --dist loadfile --durations=25

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# Known faults of the pinned packages. Where the registry serves no advisories it says so, and does not pass for an audit.
audit: $(STAMP)
	$(PY) -m tools.audit

# The shipped library against itself: files, dates, chains, rules, digests.
check: $(STAMP)
	$(PY) -m documents check

# The fast suites on the shipped library against the figures kept in evals/floors.toml.
floors: index
	$(PY) -m evals run --floors --jobs 2

bench: $(STAMP)
	$(PY) -m evals bench speed
	$(PY) -m evals bench adding
	$(PY) -m evals bench stack

# Remakes the shipped encoder; DATA and CORPUS name the training folder and the statutes.
train: $(STAMP)
	$(PY) -m index train --data $(DATA) --corpus $(CORPUS) --out index/model

screens: $(STAMP)
	$(PY) -m tests.ui.screens screens

# torch and what only its CUDA build needs stay out of the lock (see $(STAMP)).
lock: $(STAMP)
	$(COMPILE) pyproject.toml --extra dev -o requirements.lock
	$(COMPILE) pyproject.toml --extra ocr --extra llm --extra milvus --extra postgres -c requirements.lock -o deploy/requirements.lock

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	$(foreach package,torch $(shell cat tools/cuda-packages.txt),--no-emit-package $(package))

# After the texts of the library were changed on purpose: their digests and the page on formats are written anew.
seal: $(STAMP)
	$(PY) -c 'from documents.faults import write_digests; write_digests()'
	$(PY) -m tests.documents.formats.table

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
