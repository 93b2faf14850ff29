# make demo: the app with the sample exam. make test: every check. Nothing else is needed first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export OMP_WAIT_POLICY := PASSIVE
export HF_HUB_OFFLINE ?= 1

.PHONY: install install-dev browser demo run test format bench bench-reading bench-retrieval bench-grading screenshots clean

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(BIN)/python:
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
test: install-dev browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: bench-reading bench-retrieval bench-grading

bench-reading bench-retrieval bench-grading: bench-%: install-dev
	$(BIN)/python -m benchmarks.$*

screenshots: browser
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
