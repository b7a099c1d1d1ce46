# make up      everything on this machine, in the foreground; PORT and CX_DATA are honoured
# make test    all tests, on servers of their own
# make lint    what a reviewer would otherwise have to say
SHELL := /bin/bash
# Without compiled modules every process compiles them all again, and `make up` and `make test` start many. They lie
# with the environment, so that the tree stays as clean as PYTHONDONTWRITEBYTECODE wants it.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/compiled
.DEFAULT_GOAL := up
.PHONY: up demo test lint bench messages environment development

# uv from PATH where it works, else our own copy inside .venv
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .venv/bin/uv)
PYTHON := .venv/bin/python
# --inexact: `make up` leaves the development packages of `make test` in place, and our copy of uv with them
SYNC := $(UV) sync --frozen --inexact --quiet

up: environment
	@exec $(PYTHON) manage.py up

demo: environment
	@exec $(PYTHON) manage.py demo

# Three at a time on two processors: a third of the time a test waits for its browser, its database or a worker.
test: development
	@exec $(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: development
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djade --check --target-version 5.2 $(shell git ls-files 'templates/*.html')
	.venv/bin/lint-imports
	.venv/bin/mypy
	$(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(PYTHON) -c 'import importlib.util, sys; sys.exit("psycopg (3) is installed: Django would prefer it to psycopg2" if importlib.util.find_spec("psycopg") else None)'
	$(PYTHON) tools/lint_rls.py $(UV)

bench: development
	@exec $(PYTHON) -m bench $(ARGS)

messages: development
	$(PYTHON) manage.py makemessages --all --no-location --no-wrap --ignore=.venv --ignore=var
	$(PYTHON) -m cxplatform.catalogues

environment: $(filter-out uv,$(UV))
	@$(SYNC) --no-dev

development: $(filter-out uv,$(UV))
	@$(SYNC)

.venv/bin/uv:
	python3 -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; python3 is " + sys.version.split()[0])'
	python3 -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
