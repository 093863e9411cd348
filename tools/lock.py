"""Resolves pyproject.toml into the locks under requirements/: hashes, no addresses."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet")
# dev.txt first: it holds everything, and the others take its versions.
LOCKS = {
    "dev.txt": ("--all-extras",),
    "run.txt": ("--extra", "local", "--extra", "models"),
    "lambda.txt": ("--extra", "lambda"),
}


def main() -> None:
    """Write every lock."""
    for name, extras in LOCKS.items():
        constraint = () if name == "dev.txt" else ("-c", "requirements/dev.txt")
        command = ["uv", "pip", "compile", "pyproject.toml", *extras, *constraint, *FLAGS]
        subprocess.run([sys.executable, "-m", *command, "-o", f"requirements/{name}"], cwd=ROOT, check=True)
        print(f"requirements/{name}")
    for source in sorted((ROOT / "requirements").glob("*.in")):
        target = source.with_suffix(".txt")
        command = [
            "uv",
            "pip",
            "compile",
            str(source.relative_to(ROOT)),
            *FLAGS,
            "-o",
            str(target.relative_to(ROOT)),
        ]
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)
        print(target.relative_to(ROOT))


if __name__ == "__main__":
    main()
