# Two commands: `make demo` animates a real voice, `make test` runs the tests. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VOICE := tests/data/obama_speech.mp4

TIMINGS ?= 1

.PHONY: demo test test-studio docs figures gallery lint check-web check-wheel setup clean

setup: $(VENV)/.installed

# torch, which training and the tests need, first and by itself: its CPU build is chosen by the version, and the rest
# must not bring another.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[all,dev,docs]"
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

# The documentation as a site in site/, with its links checked. Loads nothing from the network.
docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	$(BIN)/python scripts/check_site.py site

# The figures and pictures of README and of the documentation that need neither a corpus nor Blender; some minutes, and a
# Chromium. The times come last, into demo/figures/times.md; they need an idle machine, and TIMINGS=0 leaves them out.
figures: setup
	$(BIN)/ksdiff animate $(VOICE) --out demo/figures --formats npz bvh csv --timecode 01:00:00:00
	$(BIN)/python scripts/measure_figures.py
	for name in quality demo moving live emotions head portraits studio studio_moving; do $(BIN)/python scripts/draw_$$name.py || exit; done
	$(BIN)/python scripts/draw_exports.py demo/figures/motion.npz
	test $(TIMINGS) = 0 || for name in speed live; do $(BIN)/python benchmarks/$$name.py || exit; done > demo/figures/times.md

# The players of the gallery, which `make docs` takes along; needs espeak-ng.
gallery: setup
	$(BIN)/python scripts/make_gallery.py --players docs/players

# Types, tests and bundles of the web pages; nothing where there is no npm.
check-web:
	scripts/check_web.sh

# The wheel in a bare environment, without extras.
check-wheel:
	PYTHON=$(PYTHON) scripts/check_wheel.sh

clean:
	rm -rf $(VENV) demo site docs/players
