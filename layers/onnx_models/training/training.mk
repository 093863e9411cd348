# Training of the embedded model: an environment of its own, so that torch never reaches the service's.
TRAIN_VENV ?= .venv/training
TRAIN_PYTHON := OMP_WAIT_POLICY=PASSIVE $(TRAIN_VENV)/bin/python
TRAINING := layers/onnx_models/training
TRAINING_DATA ?= ../shared/training
WORK ?= ~/.cache/clearcut/training
TRAIN_MINUTES ?= 480
TRAIN_PLACES := --data $(TRAINING_DATA) --work $(WORK) --evaluation $(DATA)

.PHONY: pack train export test-training measure-own

$(TRAIN_VENV)/requirements.txt: $(TRAINING)/requirements.txt
	@$(PYTHON) -m venv $(TRAIN_VENV)
	@$(TRAIN_VENV)/bin/python -m pip install --quiet --progress-bar on -r $<
	@cp $< $@

pack: $(TRAIN_VENV)/requirements.txt ## decode the training pictures of TRAINING_DATA=DIR into WORK=DIR, once
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.packing $(TRAIN_PLACES)

train: $(TRAIN_VENV)/requirements.txt ## train our own model for TRAIN_MINUTES=480, or go on from where it was stopped
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.train $(TRAIN_PLACES) --minutes $(TRAIN_MINUTES)

export: $(TRAIN_VENV)/requirements.txt ## write our own model as ONNX and quantize it into layers/onnx_models
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.export --work $(WORK)
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.quantize --work $(WORK)

measure-own: $(TRAIN_VENV)/requirements.txt ## our own model beside the larger one: tables, time, memory, picture sheets
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.compare $(TRAIN_PLACES)
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.latency
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.footprint
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.sheet $(TRAIN_PLACES)
	@$(TRAIN_PYTHON) -m layers.onnx_models.training.sheet $(TRAIN_PLACES) --worst 12 --out docs/own-model-failures.jpg

test-training: $(TRAIN_VENV)/requirements.txt ## types and tests of the training itself, which need torch
	@$(TRAIN_VENV)/bin/mypy --config-file= --strict --explicit-package-bases --ignore-missing-imports $(TRAINING)
	@$(TRAIN_PYTHON) -m pytest -q $(TRAINING)/tests
