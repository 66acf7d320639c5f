# Needs only: apt install git make python3 python3-venv (Python 3.11 or later). `make help` lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# Server processes of `make run`
WORKERS ?= 2

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
RUN_STAMP := $(VENV)/.stamp-run
DEV_STAMP := $(VENV)/.stamp-dev
# The list that collectstatic writes last
STATIC := var/static/staticfiles.json
STATIC_FOLDERS := $(filter-out var/static,$(wildcard */static site/*/static))

export PYTHONUTF8 := 1

.PHONY: help run run-real test lint format bench lock install check-python check-port clean

help: ## this list
	@echo "Usage: make TARGET. First: apt install git make python3 python3-venv"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 22

BASE_URL = $${PORTAL_BASE_URL:-http://localhost:$(PORT)}
DEMO_ENV = PORTAL_DEMO=true PORTAL_BASE_URL=$(BASE_URL)
REAL_ENV = $(DEMO_ENV) PORTAL_REAL_DATA=true \
	PORTAL_DATABASE_URL=sqlite:///$(CURDIR)/var/real/portal.sqlite3 PORTAL_MEDIA_ROOT=$(CURDIR)/var/real/media
SERVE = $(PY) tools/serve.py --host $(HOST) --port $(PORT) --workers $(WORKERS)

run: check-port $(RUN_STAMP) $(STATIC) ## install, demo content, serve with the worker on port 8000 (PORT=8001 for another)
	@$(DEMO_ENV) $(PY) manage.py bootstrap --demo
	@exec env $(DEMO_ENV) $(SERVE)

run-real: check-port $(RUN_STAMP) $(STATIC) ## the same with a real catalogue in a database of its own: DATA=FILE.jsonl.gz
	@test -n "$(DATA)" || { echo "Say which catalogue: make run-real DATA=path/to/procedures.jsonl.gz" >&2; exit 2; }
	@for file in $(DATA); do test -r "$$file" || { echo "Cannot read $$file" >&2; exit 2; }; done
	@mkdir -p var/real/media
	@$(REAL_ENV) $(PY) manage.py bootstrap
	@# 1: some records were refused or a question is open, each listed; what is valid was kept
	@$(REAL_ENV) $(PY) manage.py import_procedures $(DATA) || test $$? -eq 1
	@$(REAL_ENV) $(PY) manage.py bootstrap --demo
	@exec env $(REAL_ENV) $(SERVE)

test: $(DEV_STAMP) ## every test: SQLite, PostgreSQL, browser, search cluster (installs what is missing by apt, as root or with sudo)
	@$(PY) tests/run.py $(ARGS)

lint: $(DEV_STAMP) ## format, lint, types, templates, migrations, Django's checks
	@$(PY) tools/lint.py

format: $(DEV_STAMP) ## format the code
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

bench: $(DEV_STAMP) ## measure: import, bulk listing, pages
	@$(PY) -m pytest tests/bench -o python_files='bench_*.py' -p no:cacheprovider -s -q $(ARGS)

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(UPGRADE)

lock: $(DEV_STAMP) ## write requirements*.txt anew from requirements*.in (UPGRADE=--upgrade for newest versions)
	@$(LOCK) requirements.in --output-file requirements.txt
	@$(LOCK) requirements-dev.in --output-file requirements-dev.txt

install: $(RUN_STAMP) ## only what running needs, into .venv

clean: ## remove caches, not the data in var/
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/e2e/screenshots
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(STATIC): $(RUN_STAMP) $(shell find $(STATIC_FOLDERS) -type f 2>/dev/null)
	@echo "Collecting and compressing static files …"
	@$(PY) manage.py collectstatic --noinput --verbosity 0

# Installing ---------------------------------------------------------------------------------------------------------

check-python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Python is missing: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; $$($(PYTHON) --version) is too old (PYTHON=python3.12 chooses another)." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing: apt install python3-venv" >&2; exit 1; }

# Before anything is installed: a port in use is said at once, not after minutes.
check-port: check-python
	@$(PYTHON) tools/serve.py --host $(HOST) --port $(PORT) --check

# Made anew when its interpreter is gone (a system upgrade leaves a dead link).
$(PY): | check-python
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv --clear $(VENV)

$(RUN_STAMP): requirements.txt | $(PY)
	@echo "Installing what the portal runs on …"
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --upgrade >/dev/null
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements.txt requirements-dev.txt | $(PY)
	@echo "Installing the tools of tests and lint …"
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --upgrade >/dev/null
	@$(PIP) install --quiet --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $(RUN_STAMP) $@
