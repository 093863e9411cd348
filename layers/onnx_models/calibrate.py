"""Record the activation ranges that quantization needs: for who changes the recipe, not for an install."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # As install.py.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from layers.onnx_models.building.calibration import main

    sys.exit(main())
