# Each target is one word and does its own set-up: in a fresh clone, `make up` is all there is to type.
# Set-up makes .venv and installs what the target needs (.ci/setup.py); a stamp per need makes a second call free.

PYTHON ?= python3
TEST_WORKERS ?= 2
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUNBUFFERED := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up demo lab test lint bench soak gpu chart images images-test cluster-test docs protocol clean

help:
	@echo "make up     the hub on this machine, with a sample scan: log in and reconstruct"
	@echo "make demo   a sample scan, reconstructed on the command line, and a picture of one slice"
	@echo "make lab    JupyterLab with Daisy Lab in it, on this machine only"
	@echo "make test   the unit tests, in Python, TypeScript and a browser"
	@echo "make lint   every check that a tool can do"
	@echo "make bench  measure, beside other libraries"
	@echo "make soak   the long tests that are not part of 'make test'"
	@echo "make gpu    the tests that need a CUDA device"
	@echo "make images the container images; make images-test tries them"
	@echo "make cluster-test  the chart in a real Kubernetes cluster on this machine (Debian, root; long at first)"
	@echo "make docs   the documentation, into site/"
	@echo "make clean  back to a fresh clone"

.venv/stamp-%: pyproject.toml .ci/setup.py
	@command -v $(PYTHON) >/dev/null || { echo "there is no '$(PYTHON)' on PATH: install Python 3.11 or newer, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) .ci/setup.py $*

demo: .venv/stamp-demo
	@mkdir -p out
	daisy sample ct out/sample.h5
	daisy run ct out/sample.h5 -o out/sample_rec.h5 --report out/report.json
	daisy picture out/sample_rec.h5 -o out/slice.png --scan out/sample.h5
	@echo "The picture of a slice: $(CURDIR)/out/slice.png"

# What JupyterLab serves, built anew when a source of it is newer. `npm ci` takes exactly what the lock file names.
EXTENSION := daisy_lab/_labextension/package.json
MODULES := labextension/node_modules/.package-lock.json
SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f) \
  labextension/package.json labextension/tsconfig.json labextension/vite.config.widgets.mts

$(MODULES): labextension/package-lock.json labextension/.npmrc
	@echo "fetching what the browser's part is built with"
	@cd labextension && npm ci --silent
	@touch $@

$(EXTENSION): $(MODULES) $(SOURCES)
	@echo "building the browser's part"
	@mkdir -p out
	@npm --prefix labextension run --silent build > out/build.log 2>&1 || { cat out/build.log >&2; exit 1; }
	@touch $@

# One sample lies ready in the folder that it shows; the address with its token is printed.
lab: .venv/stamp-lab $(EXTENSION)
	@mkdir -p out/lab
	@[ -e out/lab/sample.h5 ] || daisy sample ct out/lab/sample.h5
	jupyter lab --ip=127.0.0.1 --ServerApp.root_dir=out/lab $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_OPTIONS)

# On this machine only: address and password are printed, Ctrl-C stops all of it. Servers never run as root.
up: .venv/stamp-up $(EXTENSION)
	@daisy hub --state out/hub --folder out/data --sample --warm-up $(HUB_OPTIONS)

# Two at a time: half of the suite waits for browsers and kernels. A file stays together, with the servers it starts.
test: .venv/stamp-test $(EXTENSION)
	npm --prefix labextension --silent test
	python -m pytest --numprocesses=$(TEST_WORKERS) --dist=loadfile --no-loadscope-reorder

# All of them run, and the end says which failed.
CHECKS := "ruff check ." "ruff format --check ." "mypy" "lint-imports --no-cache" "python .ci/texts.py" \
  "python .ci/protocol.py --check" "python .ci/chart.py --check" "validate-pyproject pyproject.toml" "repo-review ." \
  "npm --prefix labextension run --silent check:types" "npm --prefix labextension run --silent check:code" \
  "npm --prefix labextension run --silent check:style" "npm --prefix labextension run --silent check:format"

lint: .venv/stamp-lint $(MODULES)
	@failed=; for check in $(CHECKS); do \
	  echo "-- $$check"; $$check || failed="$$failed; $$check"; \
	done; [ -z "$$failed" ] || { echo "-- failed: $${failed#; }" >&2; exit 1; }

# After a change of daisy_lab/_messages: what the browser knows of it.
protocol: .venv/stamp-lint
	python .ci/protocol.py

bench: .venv/stamp-bench $(EXTENSION)
	python -m pytest tests/bench -o addopts= -p no:kmock --import-mode=importlib -p no:randomly -s --timeout=3600

soak: .venv/stamp-test $(EXTENSION)
	python -m pytest -m "soak and not gpu and not images and not kubernetes" --timeout=3600

# After a change of daisy_lab/hub/_values or of an app.toml: the chart's values, schema and their page.
chart: .venv/stamp-test
	python .ci/chart.py

# With the docker daemon that answers, else one of its own that ends with the call (needs root).
images: .venv/stamp-test
	python .ci/with_docker.py python .ci/images.py $(IMAGES)

images-test: .venv/stamp-test
	python .ci/with_docker.py sh -c 'python .ci/images.py && python -m pytest -m images tests/images'

# On a machine with a CUDA device; pip install 'daisy-lab[cuda12]' or [cuda13] first.
gpu: .venv/stamp-test
	python -m pytest -m gpu

# Builds Kubernetes and the images the first time, and keeps them in the user's cache; leaves nothing running.
cluster-test: .venv/stamp-test $(EXTENSION)
	$(PYTHON) .ci/cluster build
	python -m pytest tests/cluster -m kubernetes -p no:randomly -rA --show-capture=no

docs: .venv/stamp-docs
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict --clean
	python .ci/offline.py site

clean:
	rm -rf .venv out site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf daisy_lab/_labextension daisy_lab/widgets/static labextension/lib labextension/node_modules labextension/tsconfig.tsbuildinfo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
