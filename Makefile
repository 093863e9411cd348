# Everything that is done with this project, by one name each; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PORT ?= 8000
# ONNX Runtime reports to its makers unless told otherwise.
export ORT_DISABLE_TELEMETRY := 1
# The pipeline shares its work out itself: threads of numpy's own would stand in its way, and cost 50 ms at the start.
export OPENBLAS_NUM_THREADS := 1
# Large pages for what the image library decodes into: fresh small ones took 40 % of the time at 12 MP.
export GLIBC_TUNABLES := glibc.malloc.hugetlb=1
DATA ?= ../shared/eval
CONTAINERS ?= ../shared/tools/local-containers
MINUTES ?= 10
JOBS ?= 2000

.PHONY: help run test check format lint types contracts template models bench bench-cold bench-events bench-dialects cost accuracy bench-cache bench-codecs bench-openvino fuzz soak sam-local pictures lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The stamps are the locks' own copies: a changed lock installs again, an unchanged one costs nothing.
$(VENV)/run.txt: requirements/run.txt | $(BIN)/python
	@if cmp -s requirements/dev.txt $(VENV)/dev.txt; then echo "development packages are installed"; else \
		echo "installing the service's packages"; $(PIP) install --require-hashes -r requirements/run.txt; fi
	@cp requirements/run.txt $@

$(VENV)/dev.txt: requirements/dev.txt | $(BIN)/python
	@echo "installing the service's and the development packages"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@cp requirements/dev.txt $@

models: $(VENV)/run.txt ## install the models that are built here; does nothing when they are there
	@$(BIN)/python layers/onnx_models/install.py

run: models ## start the service on 127.0.0.1:$PORT with the embedded stores
	@PORT=$(PORT) exec $(BIN)/python -m handler.local

test: $(VENV)/dev.txt models ## set up from nothing, then run the whole suite with coverage
	@$(BIN)/python -m pytest --cov

check: format lint types contracts template test ## format, lint, types, import contracts, template lint, then the tests

format: $(VENV)/dev.txt ## whether ruff would write every file as it is
	@$(BIN)/ruff format --check .

lint: $(VENV)/dev.txt ## ruff's rules
	@$(BIN)/ruff check .

types: $(VENV)/dev.txt ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/dev.txt ## which room may import which
	@$(BIN)/lint-imports

template: $(VENV)/dev.txt ## cfn-lint on template.yaml
	@$(BIN)/cfn-lint template.yaml

bench: $(VENV)/dev.txt models ## speed and memory beside rembg and imgly, in one run; writes bench/out/speed.json and docs/benchmarks.md
	@$(BIN)/python -m bench.speed --docs docs $(BENCH)

bench-cold: $(VENV)/dev.txt models ## from the start of the process to the first cut-out; fails over budget
	@$(BIN)/python -m bench.cold

bench-events: $(VENV)/dev.txt models ## what carrying a 4 MB upload through the gateway's events costs the function
	@$(BIN)/python -m bench.events

bench-dialects: $(VENV)/dev.txt ## what translating a call and its answer costs, dialect by dialect; fails over 3 ms
	@$(BIN)/python -m bench.dialects

cost: $(VENV)/dev.txt models ## price of 1,000 pictures at five sizes of function; writes docs/cost.png
	@$(BIN)/python -m bench.cost --docs docs

bench-cache: $(VENV)/dev.txt models ## the same 12 MP photo with another background, beside its first time
	@$(BIN)/python -m bench.cache

bench-codecs: $(VENV)/dev.txt ## decoding and encoding alone, beside Pillow's own; writes docs/codecs.md
	@$(BIN)/python -m bench.codecs --docs docs

bench-openvino: $(VENV)/dev.txt ## the network's own run by OpenVINO's provider, in an environment of its own
	@$(BIN)/python -m bench.openvino

fuzz: $(VENV)/dev.txt ## random damage against a server of its own, for MINUTES=10
	@$(BIN)/python -m tests.hostile.fuzz --minutes $(MINUTES)

soak: $(VENV)/dev.txt ## kill workers at random under JOBS=2000 queued jobs, then look into the books
	@$(BIN)/python -m tests.chaos --jobs $(JOBS)

accuracy: $(VENV)/dev.txt models ## accuracy beside rembg on DATA=DIR; writes docs/accuracy.*
	@$(BIN)/python bench/accuracy --data $(DATA)

# Where there is no container engine, a script beside the checkout may bring one.
sam-local: $(VENV)/dev.txt models ## build the image, run it by SAM and alone, compare with the local server; needs Docker
	@if [ -x $(CONTAINERS) ]; then eval "$$($(CONTAINERS))"; fi; $(BIN)/python -m tools.sam_local

pictures: $(VENV)/dev.txt models ## make the README's pictures with the service's own pipeline
	@PYTHONPATH=. $(BIN)/python tools/pictures.py

lock: $(VENV)/dev.txt ## resolve the dependencies again, with hashes
	@$(PIP) install --quiet uv
	@$(BIN)/python tools/lock.py

clean: ## remove what was built, but not the stores or the models
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* bench/out .aws-sam

# pack, train, export, measure-own, test-training: how the small model was made
include layers/onnx_models/training/training.mk
