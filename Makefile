# make demo: the app with the sample exam. make test: every check. Nothing else is needed first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export OMP_WAIT_POLICY := PASSIVE

.PHONY: install install-dev browser demo run test format bench bench-reading bench-sheets bench-retrieval bench-grading bench-grouping bench-llama bench-learning screenshots clean

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12), (3, 13)))' || \
		{ echo "AutoGrader needs Python 3.11, 3.12 or 3.13. Name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

demo: install
	$(BIN)/python app.py --demo

run: install
	$(BIN)/python app.py

# A Chromium for the browser tests: one that is here, else Debian's, else Playwright's own.
browser: install-dev
	sh tests/install_browser.sh $(BIN)/python

test: export OMP_NUM_THREADS = 1
test: export HF_HUB_OFFLINE = 1
test: install-dev browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: bench-reading bench-sheets bench-retrieval bench-grading bench-grouping bench-llama bench-learning

bench-reading bench-sheets bench-retrieval bench-grouping bench-llama bench-learning: bench-%: install-dev
	$(BIN)/python -m benchmarks.$*

# Agreement with teachers, then attacks, then time.
bench-grading: install-dev
	$(BIN)/python -m benchmarks.grading
	$(BIN)/python -m benchmarks.attacks
	$(BIN)/python -m benchmarks.speed

screenshots: browser
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
