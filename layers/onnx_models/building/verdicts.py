"""What an install found out about a quantized file on this processor, kept beside the cached file."""

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from layers.onnx_models.building.checked_files import whole_file

# A processor whose int8 sums saturate shows tenths here; a sound one shows thousandths.
MOST_MEAN_DIFFERENCE = 0.01


@dataclass(frozen=True)
class Verdict:
    """The mean absolute difference of masks 0..1 from the float model's; None for a float model."""

    processor: str
    mean_difference: float | None

    @property
    def is_faithful(self) -> bool:
        """Whether the masks are the float model's for all practical purposes."""
        return self.mean_difference is None or self.mean_difference <= MOST_MEAN_DIFFERENCE


def read_verdict(path: Path, processor: str) -> Verdict | None:
    """The kept verdict, unless there is none or it was found on another processor."""
    try:
        verdict = Verdict(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return verdict if verdict.processor == processor else None


def write_verdict(path: Path, verdict: Verdict) -> None:
    """Keep a verdict."""
    with whole_file(path) as file:
        file.write(json.dumps(asdict(verdict)).encode())


def processor_name() -> str:
    """What verdicts hold for: another processor may sum int8 differently."""
    name = platform.processor() or platform.machine()
    instructions = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() == "flags":
                instructions = "with VNNI" if "vnni" in value else "without VNNI"
    return f"{name} {instructions}".strip()
