# "make help" tells what there is. Everything lands in .venv, .cache and var; nothing else is touched.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin

.PHONY: help demo test check lint format types migrations messages bench accessibility requirements clean
.DEFAULT_GOAL := help

help:  ## shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.portal  ## starts a fictional utility's portal on http://localhost:8000 (PORT=8000)
	$(BIN)/kundenportal demo --port $(PORT)

test: .venv/.tools  ## runs all tests on SQLite, then those that a database can change on PostgreSQL
	@.ci/need chromium postgresql gettext
	$(BIN)/pytest -n $(WORKERS)
	KUNDENPORTAL_DATABASE_URL="$$(tests/postgres.sh)" $(BIN)/pytest -n $(WORKERS) -m "not journey"

check: lint types migrations test  ## runs everything a change must pass

lint: .venv/.tools  ## checks style, imports between packages, and templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src

format: .venv/.tools  ## formats code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: .venv/.tools  ## checks types
	$(BIN)/mypy

migrations: .venv/.portal  ## checks that migrations match the models
	KUNDENPORTAL_DATA_DIR=.cache/migrations $(BIN)/kundenportal makemigrations --check --dry-run

messages: .venv/.portal  ## collects what is to be translated into locale/*/LC_MESSAGES/django.po
	@.ci/need gettext
	cd src/kundenportal && KUNDENPORTAL_DATA_DIR=$(CURDIR)/.cache/messages $(CURDIR)/$(BIN)/kundenportal makemessages \
	    --locale en --no-obsolete --no-wrap --add-location file --verbosity 0
	sed -i '/^"POT-Creation-Date/d; /^"Report-Msgid-Bugs-To/d' src/kundenportal/locale/*/LC_MESSAGES/django.po

bench: .venv/.tools  ## measures; see docs/operations.md
	@.ci/need postgresql
	$(BIN)/python -m tests.benchmarks --database "$$(tests/postgres.sh)"

accessibility: .venv/.tools  ## measures every page and writes docs/accessibility.md
	@.ci/need chromium
	EVERYWHERE=1 $(BIN)/pytest -n $(WORKERS) -m journey -k accessible
	$(BIN)/python -m tests.accessibility

requirements: .venv/.tools  ## pins requirements/*.in anew
	for name in base dev; do \
	    $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-strip-extras --no-emit-index-url --no-header \
	        requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

clean:  ## stops the test database; removes the environment and all caches, but never var
	-tests/postgres.sh stop
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results

.venv/.python:
	@.ci/need python venv pango
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.portal: .venv/.python requirements/base.txt pyproject.toml
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/base.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.tools: .venv/.portal requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@
