# `make demo` and `make test` each set up what they need in one virtual environment, from lock files
# with hashes: what users run, and on top of it what tests and benches need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TESTED := $(VENV)/.tested
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
RESOLVE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --group build $(if $(UPGRADE),--upgrade) pyproject.toml

# What is compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test chaos check coverage bench format screenshots vendored lock clean

demo: $(READY)
	$(BIN)/nightdesk demo

test: $(TESTED)
	$(BIN)/python -m pytest

chaos: $(TESTED)
	$(BIN)/python -m tests.chaos $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(BUCKET),--bucket) $(if $(ENDPOINT),--endpoint $(ENDPOINT)) \
		$(if $(SUMS),--sums $(SUMS)) $(if $(MINUTES),--minutes $(MINUTES))

check: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Of unit and integration tests together.
coverage: $(TESTED)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/unit tests/integration
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(TESTED)
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
	$(BIN)/python -m tests.bench.start $(if $(BEFORE),--before $(BEFORE))

format: $(TESTED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs Chromium.
screenshots: $(TESTED)
	$(BIN)/python docs/screenshots.py

# Needs npm.
vendored: $(TESTED)
	$(BIN)/python -m tests.vendored

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --no-compile --require-hashes -r requirements.lock
	$(INSTALL) --no-compile --no-build-isolation --editable .
	touch $(READY)

# Many processes at once shall not each compile what they import. What is for later Pythons alone
# can't be compiled.
$(TESTED): requirements-dev.lock $(READY)
	$(INSTALL) --no-compile --require-hashes -r requirements-dev.lock
	-$(BIN)/python -m compileall -qq $(VENV)/lib
	touch $(TESTED)

# Resolves anew what is missing or does not fit, UPGRADE=1 all; needs uv. The lock files name no
# registry, so that any mirror serves.
lock:
	$(RESOLVE) -o requirements.lock
	$(RESOLVE) --all-extras -c requirements.lock -o requirements-dev.lock \
		$$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements.lock)

clean:
	rm -rf $(VENV) build *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
