# What can be done with Mailshot from the command line; `make help` lists it.

PIP := .venv/bin/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test test-faults bench check format lock messages services clean install install-dev

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install ## Start the site, a worker and a mail catcher on this machine (PORT=8000)
	@DEBUG=1 .venv/bin/python manage.py start_local

test: install-dev ## Run all tests; what it leaves out it says (ARGS="-k name" chooses)
	@.venv/bin/python -m tests.run $(ARGS)

test-faults: install-dev ## Kill senders and servers for an hour and check every letter (ARGS="--help")
	@.venv/bin/python -m tests.faults.run $(ARGS)

bench: install-dev ## Measure how fast letters are sent, beside other ways (needs PostgreSQL, Redis)
	@.venv/bin/python -m bench $(OPTIONS)

check: install-dev ## Look for mistakes without running the site: style, types, translations …
	@.venv/bin/python -m tests.check

format: install-dev ## Format the Python files
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: install-dev ## Choose the newest versions that pyproject.toml allows, and write them down
	@.venv/bin/python -m tests.lock

messages: install-dev ## Collect texts to translate into locale/ (needs gettext)
	@.venv/bin/python -m tests.translations --update

services: install-dev ## Start a PostgreSQL and a Redis of its own for development and tests
	@.venv/bin/python -m tests.services

clean: ## Remove what can be made again; var/ with the data stays
	rm -rf .venv build dist htmlcov .coverage *.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# Reinstalls when the lock or the place of this directory changed.
install: .venv/bin/python
	@{ pwd; cat requirements.lock; } | cmp -s - .venv/run.stamp || { \
		echo "Installing what Mailshot needs; the first time takes a minute or two …" && \
		$(PIP) install --require-hashes -r requirements.lock && \
		$(PIP) install --no-deps --no-build-isolation -e . && \
		{ pwd; cat requirements.lock; } > .venv/run.stamp; }

install-dev: .venv/bin/python
	@{ pwd; cat requirements-dev.lock; } | cmp -s - .venv/dev.stamp || { \
		echo "Installing what the tests need; the first time takes a few minutes …" && \
		$(PIP) install --require-hashes -r requirements-dev.lock && \
		$(PIP) install --no-deps --no-build-isolation -e . && \
		{ pwd; cat requirements.lock; } > .venv/run.stamp && \
		{ pwd; cat requirements-dev.lock; } > .venv/dev.stamp; }

.venv/bin/python:
	@found=; for each in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
		if "$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
		then found="$$each"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Mailshot needs Python 3.11, 3.12 or 3.13. Install one, or say where it is:" >&2; \
		echo "make run PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	"$$found" -m venv --clear .venv || { rm -rf .venv; \
		echo "Cannot make .venv. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
