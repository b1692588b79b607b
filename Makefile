# Two commands: `make demo` animates a real voice, `make test` runs the tests. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VOICE := tests/data/obama_speech.mp4

.PHONY: demo test test-studio lint check-web check-wheel setup clean

setup: $(VENV)/.installed

# torch first and by itself: its CPU build is chosen by the version, and the rest must not bring another.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[all,dev]"
	touch $@

demo: setup
	$(BIN)/ksdiff animate $(VOICE) --out demo

# What the tests use beside Python packages; without it those tests are skipped and say so.
test: setup
	-$(BIN)/python scripts/fetch_tracker.py
	-command -v npm >/dev/null && npm ci --silent --prefix tests/gltf_validator
	$(BIN)/python -m pytest -n auto --dist loadfile

# The studio from end to end in Chromium, which Debian's packages bring where there is none.
test-studio: setup
	command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y --no-install-recommends chromium)
	$(BIN)/python -m pytest -m slow tests/studio

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

# Types, tests and bundles of the web pages; nothing where there is no npm.
check-web:
	scripts/check_web.sh

# The wheel in a bare environment, without extras.
check-wheel:
	PYTHON=$(PYTHON) scripts/check_wheel.sh

clean:
	rm -rf $(VENV) demo
