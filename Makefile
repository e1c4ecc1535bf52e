# `make demo` and `make test` each set up what they need: one virtual environment, from the lock
# file with its hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test chaos check bench format screenshots vendored lock clean

demo: $(READY)
	$(BIN)/nightdesk demo

test: $(READY)
	$(BIN)/python -m pytest

chaos: $(READY)
	$(BIN)/python -m tests.chaos $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(BUCKET),--bucket) $(if $(ENDPOINT),--endpoint $(ENDPOINT)) \
		$(if $(SUMS),--sums $(SUMS)) $(if $(MINUTES),--minutes $(MINUTES))

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m tests.bench.costs $(if $(PAGES),--pages $(PAGES))
	$(BIN)/python -m tests.bench.faults $(if $(PAGES),--pages $(PAGES))
	$(BIN)/python -m tests.bench.estimates $(if $(PAGES),--pages $(PAGES))
	$(BIN)/python -m tests.bench.pacing
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.size $(if $(PAGES),--pages $(PAGES))
	$(BIN)/python -m tests.bench.readmodel
	$(BIN)/python -m tests.bench.timing
	$(BIN)/python -m tests.bench.growth
	$(BIN)/python -m tests.bench.workers $(if $(PAGES),--pages $(PAGES))

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs Chromium.
screenshots: $(READY)
	$(BIN)/python docs/screenshots.py

# Needs npm.
vendored: $(READY)
	$(BIN)/python -m tests.vendored

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation --editable .
	touch $(READY)

# Resolves anew; needs uv. The lock file names no registry, so that any mirror serves.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --all-extras pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
