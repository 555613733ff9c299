# Each target is one word and does its own set-up: in a fresh clone, `make up` is all there is to type.
# Set-up makes .venv and installs what the target needs (.ci/setup.py); a stamp per need makes a second call free.

PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUNBUFFERED := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up test lint bench soak gpu docs clean

help:
	@echo "make up     a sample scan, reconstructed, and a picture of one slice"
	@echo "make test   the unit tests"
	@echo "make lint   every check that a tool can do"
	@echo "make bench  measure, beside other libraries"
	@echo "make soak   the long tests that are not part of 'make test'"
	@echo "make gpu    the tests that need a CUDA device"
	@echo "make docs   the documentation, into site/"
	@echo "make clean  back to a fresh clone"

.venv/stamp-%: pyproject.toml .ci/setup.py
	@command -v $(PYTHON) >/dev/null || { echo "there is no '$(PYTHON)' on PATH: install Python 3.11 or newer, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) .ci/setup.py $*

up: .venv/stamp-up
	@mkdir -p out
	daisy sample ct out/sample.h5
	daisy run ct out/sample.h5 -o out/sample_rec.h5 --report out/report.json
	daisy picture out/sample_rec.h5 -o out/slice.png --scan out/sample.h5
	@echo "The picture of a slice: $(CURDIR)/out/slice.png"

test: .venv/stamp-test
	python -m pytest

# All of them run, and the end says which failed.
CHECKS := "ruff check ." "ruff format --check ." "mypy" "lint-imports --no-cache" "python .ci/texts.py" \
  "validate-pyproject pyproject.toml" "repo-review ."

lint: .venv/stamp-lint
	@failed=; for check in $(CHECKS); do \
	  echo "-- $$check"; $$check || failed="$$failed; $$check"; \
	done; [ -z "$$failed" ] || { echo "-- failed: $${failed#; }" >&2; exit 1; }

bench: .venv/stamp-bench
	python -m pytest tests/bench -o addopts= --import-mode=importlib -p no:randomly -s --timeout=3600

soak: .venv/stamp-test
	python -m pytest -m "soak and not gpu" --timeout=3600

# On a machine with a CUDA device; pip install 'daisy-lab[cuda12]' or [cuda13] first.
gpu: .venv/stamp-test
	python -m pytest -m gpu

docs: .venv/stamp-docs
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict --clean
	python .ci/offline.py site

clean:
	rm -rf .venv out site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
