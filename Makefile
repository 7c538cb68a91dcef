# make run     the demonstration on http://127.0.0.1:8000/ (PORT=8001 for another port, DATABASE_URL=… for another database)
# make test    every test, against a real PostgreSQL and a real Chromium (ARGS="tests/orgs -k name" for some)
# make check   style, types, import rules, missing migrations
# make bench   measure; make drill: long fault and random-history runs; make screenshots: the README's pictures
# make lock    write the lock files anew (needs the network)

PYTHON ?= python3
PORT ?= 8000
export PYTHONUTF8 = 1
export PYTHONUNBUFFERED = 1
ARGS ?=
BIN = .venv/bin/python

.PHONY: run test check bench screenshots drill lock install install-dev python
.DEFAULT_GOAL := run

run: install
	@DEMO="$${DEMO-1}" PORT="$(PORT)" exec $(BIN) -m config.run

test: install-dev
	@$(BIN) tests/prepare.py
	@$(BIN) -m pytest -n 2 $(ARGS)

check: install-dev
	@$(BIN) -m ruff check .
	@$(BIN) -m ruff format --check .
	@DEMO=1 $(BIN) -m mypy
	@$(BIN) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	@$(BIN) manage.py makemigrations --check --dry-run

bench: install-dev
	@$(BIN) tests/prepare.py
	@$(BIN) -m tests.bench $(ARGS)

screenshots: install-dev
	@$(BIN) tests/prepare.py
	@$(BIN) -m tests.screenshots

drill: install-dev
	@$(BIN) tests/prepare.py
	@$(BIN) -m pytest -n 2 -m drill $(ARGS)

install: python
	@$(PYTHON) config/install.py requirements.txt

install-dev: python
	@$(PYTHON) config/install.py requirements-dev.txt

python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "没有找到 $(PYTHON)：请先安装 Python 3.11 或更高版本。" >&2; \
	  echo "$(PYTHON) was not found: install Python 3.11 or newer first." >&2; exit 1; }

UV = .venv/uv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
     --no-header --no-emit-index-url --no-emit-find-links
lock: install-dev
	@test -x .venv/uv/bin/uv || { $(BIN) -m venv .venv/uv && .venv/uv/bin/pip install --quiet uv; }
	@$(UV) requirements.in -o requirements.txt
	@$(UV) requirements-dev.in -c requirements.txt -o requirements-dev.txt
