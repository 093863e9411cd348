"""Runs in OpenVINO's own environment: both providers open a file and run it turn by turn; prints JSON."""

import json
import sys
import time
from statistics import median

import numpy as np
import onnxruntime

PROVIDERS = ("CPUExecutionProvider", "OpenVINOExecutionProvider")
SIDE = 1024


def main(path: str, threads: int, runs: int) -> None:
    """Open, warm up, take turns, compare what comes out."""
    picture = np.random.default_rng(seed=0).random((1, 3, SIDE, SIDE), np.float32) - np.float32(0.5)
    opened_s, sessions = {}, {}
    for provider in PROVIDERS:
        began = time.perf_counter()
        sessions[provider] = _opened(path, provider, threads)
        opened_s[provider] = time.perf_counter() - began
    spent_s: dict[str, list[float]] = {provider: [] for provider in PROVIDERS}
    alphas = {}
    for _ in range(runs + 1):
        for provider, session in sessions.items():
            began = time.perf_counter()
            alphas[provider] = session.run(None, {session.get_inputs()[0].name: picture})[0]
            spent_s[provider].append(time.perf_counter() - began)
    found = [
        {
            "provider": provider,
            "open_s": opened_s[provider],
            "run_s": median(spent_s[provider][1:]),
            "differs": float(np.abs(alphas[provider] - alphas[PROVIDERS[0]]).mean()),
            "used": sessions[provider].get_providers()[0],
        }
        for provider in PROVIDERS
    ]
    print(json.dumps(found))


def _opened(path: str, provider: str, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    settings = {} if provider == PROVIDERS[0] else {"device_type": "CPU", "num_of_threads": str(threads)}
    return onnxruntime.InferenceSession(path, options, providers=[(provider, settings)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
