"""Leaves in the image only the models that serve; fails, and says what to do, where they are not there."""

import sys
from pathlib import Path

from handler.inference.catalogue import CatalogueError, read_catalogue

QUALITIES = ("low", "medium", "high")


def bake(folder: Path) -> tuple[str, ...]:
    """Remove each model file that no quality needs, and name the others, their digests checked."""
    catalogue = read_catalogue(folder)
    served = {catalogue.serving(quality).path for quality in QUALITIES}
    for path in folder.glob("*.onnx"):
        if path not in served:
            path.unlink()
    return tuple(sorted(path.name for path in served))


if __name__ == "__main__":
    try:
        print("models:", *bake(Path(sys.argv[1])))
    except CatalogueError as error:
        sys.exit(f"the image needs its models first: {error}")
