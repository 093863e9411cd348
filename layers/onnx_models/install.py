"""Get, build and verify the models of models.toml; needs no service, and after one run no network."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run by its path from anywhere, so the repository's root has to be put where packages are looked for.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from layers.onnx_models.building.command import main

    sys.exit(main())
