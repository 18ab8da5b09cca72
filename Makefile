# Two commands for a newcomer: `make demo` and `make test`. `make check` is exactly what CI runs.
PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never

.PHONY: setup demo browser test check soak pictures bench format clean

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@$(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	@$(BIN)/python -m compileall -q src
	@touch $@

demo: setup
	@$(BIN)/weft demo flights-demo

# The OIDC provider that the tests sign in by runs on node; without node those tests say that they were left out.
PROVIDER := tests/identity/oidc_provider
$(PROVIDER)/node_modules/.ready: $(PROVIDER)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix $(PROVIDER) && touch $@; fi

# The rules of accessibility that every page is held against; likewise.
AXE := tests/server/portal/browser/axe
$(AXE)/node_modules/.ready: $(AXE)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix $(AXE) && touch $@; fi

# The portal's tests drive a real browser: Debian's Chromium, installed quietly where this may; elsewhere those tests say that they were left out.
INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation
browser:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && test "$$(id -u)" = 0 && { $(INSTALL) || { apt-get update -qq && $(INSTALL); }; } >/dev/null 2>&1; } || true

test: setup browser $(PROVIDER)/node_modules/.ready $(AXE)/node_modules/.ready
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

soak: setup browser
	@WEFT_SOAK=1 $(BIN)/python -m pytest -n auto --dist worksteal -m soak

# Every page of the portal at two widths, in light and dark, into the folder `pictures`.
pictures: setup browser
	@$(BIN)/python -m tests.server.portal.browser.pictures

bench: setup browser
	@$(BIN)/python -m bench

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf .venv flights-demo bench/.work pictures
