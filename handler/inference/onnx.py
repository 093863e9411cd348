"""A matting model over one ONNX Runtime session."""

import threading
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as runtime_errors

from handler.domain.errors import ModelFailedError
from handler.domain.image import Bytes, Floats, size_of
from handler.inference.catalogue import CatalogueError, ModelSpec

# Outputs are stretched to the full range only where they span at least this much of it. Of 145 photos with
# a subject all but one span over 0.8, and that one's peak lies beside its subject; plain colours, gradients
# and noise stay under 0.5, and stretching those would make a subject of nothing.
LEAST_CONTRAST = 0.5

# The runtime's errors share no base of their own.
_LOAD_ERRORS = (
    runtime_errors.Fail,
    runtime_errors.InvalidArgument,
    runtime_errors.InvalidGraph,
    runtime_errors.InvalidProtobuf,
    runtime_errors.NotImplemented,
    runtime_errors.NoSuchFile,
    runtime_errors.RuntimeException,
)
_RUN_ERRORS = (
    runtime_errors.EPFail,
    runtime_errors.Fail,
    runtime_errors.InvalidArgument,
    runtime_errors.NotImplemented,
    runtime_errors.RuntimeException,
)


class OnnxMattingModel:
    """One session, shared by any number of threads, which take turns at it."""

    def __init__(self, spec: ModelSpec, threads: int) -> None:
        self._spec = spec
        self._session = _open_session(spec, threads)
        # A run keeps every core busy that it is given, so two at once would only need twice the memory.
        self._turn = threading.Lock()
        self._input_name = self._session.get_inputs()[0].name
        known = [output.name for output in self._session.get_outputs()]
        self._output_name = spec.output.name or known[0]
        if self._output_name not in known:
            raise CatalogueError(
                f"{spec.path}: expected output {self._output_name}, found {', '.join(known)}"
            )
        std = np.array(spec.input.std, dtype=np.float32)
        self._scale = (1 / (255 * std)).reshape(3, 1, 1)
        self._shift = (-np.array(spec.input.mean, dtype=np.float32) / std).reshape(3, 1, 1)

    @property
    def label(self) -> str:
        """Name and digest of what really runs."""
        return self._spec.label

    @property
    def input_size(self) -> tuple[int, int]:
        """Width and height of the largest input."""
        return self._spec.input.width, self._spec.input.height

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """Width and height to which a picture of this size is brought."""
        return self._spec.input.size_for(width, height, scale)

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a height x width x 3 picture."""
        width, height = size_of(rgb)
        try:
            with self._turn:
                outputs = self._session.run([self._output_name], {self._input_name: self._prepared(rgb)})
        except _RUN_ERRORS as error:
            raise ModelFailedError from error
        raw: Floats = outputs[0]
        if raw.size != width * height:
            raise ModelFailedError
        return self._read(raw.reshape(height, width))

    def _prepared(self, rgb: Bytes) -> Floats:
        width, height = size_of(rgb)
        pixels = np.empty((1, 3, height, width), dtype=np.float32)
        # Converted while it is copied, then scaled where it lies: a quarter of the time of an expression.
        pixels[0] = rgb.transpose(2, 0, 1)
        pixels *= self._scale
        pixels += self._shift
        return pixels

    def _read(self, raw: Floats) -> Floats:
        # The extremes tell of any NaN or infinity in between, which a sigmoid could hide.
        if not np.isfinite((raw.min(), raw.max())).all():
            raise ModelFailedError
        alpha = raw if self._spec.output.activation == "none" else _sigmoid(raw)
        lowest, highest = float(alpha.min()), float(alpha.max())
        contrast = highest - lowest
        if self._spec.output.stretch and contrast >= LEAST_CONTRAST:
            alpha = (alpha - np.float32(lowest)) / np.float32(contrast)
        return np.clip(alpha, 0, 1)


def _open_session(spec: ModelSpec, threads: int) -> onnxruntime.InferenceSession:
    # The runtime would report to its makers. ORT_DISABLE_TELEMETRY, set by the Makefile and the image,
    # stops what it does before this line.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # Spinning threads would take time from decoding and encoding, and from the other requests.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena stays: without it each run asks the system for its memory again, 14 % slower. A pattern
    # planned ahead saves no time and holds 100 MB more.
    options.enable_cpu_mem_arena = True
    options.enable_mem_pattern = False
    # Warnings on standard error would be mixed with the service's log lines; failures are raised anyhow.
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(spec.path, options, providers=["CPUExecutionProvider"])
    except _LOAD_ERRORS as error:
        raise CatalogueError(f"{spec.path}: expected an ONNX model, got {error}") from error


def _sigmoid(logits: Floats) -> Floats:
    # By tanh, which no logit overflows.
    half: Any = np.tanh(logits * np.float32(0.5))
    return np.asarray(half * np.float32(0.5) + np.float32(0.5), dtype=np.float32)
