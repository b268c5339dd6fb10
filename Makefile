# Every target sets up what it needs. `make chat` is all a new user has to type; only targets for developers install tests.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install chat test lint types check docs site bench clean

# The first Python on the path that is new enough; another: make install PYTHON=python3.12
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TESTS := $(VENV)/.installed-tests
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)
NEEDED_GB := 3

PIP = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

# Installs with one line that says what is being done, where there is a terminal to show it, and how long it took.
shown = $(PIP) --progress-bar off $(1) | awk -v terminal="$$([ -t 2 ] && echo 1 || echo 0)" ' \
	BEGIN { srand(); began = srand() } \
	terminal && /^Collecting/ { printf "\r\033[K  fetching %s", $$2; fflush() } \
	terminal && /^Installing collected/ { printf "\r\033[K  writing the packages"; fflush() } \
	END { srand(); if (terminal) printf "\r\033[K"; printf "  %d s\n", srand() - began }' >&2

help:  ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

install: $(STAMP)  ## create .venv and install CiteSpan into it (seconds when nothing changed)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  found=$$($(PYTHON) --version 2>/dev/null | head -n 1 || true); \
	  echo "error: CiteSpan needs Python 3.11 or newer and '$(PYTHON)' is $${found:-not there}. Name another: make install PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: '$(PYTHON)' has no venv module. Install it (on Debian and Ubuntu: apt install python3-venv) and run make again" >&2; exit 1; }
	@free=$$(df -Pk . | awk 'NR == 2 { print int($$4 / 1048576) }'); [ "$$free" -ge $(NEEDED_GB) ] || { \
	  echo "error: the installation needs $(NEEDED_GB) GB of free disk and $$(pwd) has $$free GB. Free some and run make again" >&2; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing CiteSpan into $(VENV) (the first time takes some minutes)" >&2
	@# Where the index offers a build of PyTorch without a graphics card's libraries, it is a fraction of the size.
	@$(PIP) --quiet 'torch==$(TORCH)+cpu' 2>/dev/null || true
	@$(call shown,-e .)
	@touch $@

$(TESTS): $(STAMP)
	@$(call shown,-e '.[test]')
	@touch $@

chat: install  ## index the sample articles if there are none yet, and open the chat in the browser
	@$(BIN)/citespan add --if-empty seeds
	@# With job control Ctrl-C reaches the chat alone: it ends well, and so does make.
	@set -m; $(BIN)/citespan chat; exit $$?

test: $(TESTS)  ## run every test, files side by side in two processes
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(TESTS)  ## check style, formatting and names
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python .ci/generic_names.py

types: $(TESTS)  ## check the types of rag/, ui/ and training/
	@$(BIN)/mypy

check: lint types test  ## everything that must pass before a change lands

docs: $(TESTS)  ## rewrite the generated pages of docs/
	@$(BIN)/python -m docs.generate

site: $(STAMP)  ## build the guides into build/site, one searchable site
	@$(call shown,-e '.[site]')
	@$(BIN)/python -m mkdocs build --quiet --config-file docs/mkdocs.yml

bench: $(TESTS)  ## measure everything again (BENCH="--parts retrieval" for a part); needs the data of ../shared/data
	@$(BIN)/citespan bench $(BENCH)

clean:  ## remove the environment and caches; the store stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
