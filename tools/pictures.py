"""Makes the README's pictures with the service's own pipeline, from photos that scikit-image bundles."""

from io import BytesIO
from pathlib import Path

import skimage.data
from PIL import Image

from handler.bootstrap.model import load_model
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Colour, Format, Variant
from handler.pipeline.run import run
from handler.settings import Settings

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures"
COLOURS = {
    "chelsea": Colour(0xF4, 0xD3, 0x5E),
    "coffee": Colour(0x5B, 0xC0, 0xBE),
    "astronaut": Colour(0xF2, 0x8F, 0x79),
}
MAX_SIDE = 400


def main() -> None:
    """Write each photo, its cut-out and the cut-out on a colour."""
    TARGET.mkdir(parents=True, exist_ok=True)
    model = load_model(Settings())
    for name, colour in COLOURS.items():
        photo = Image.fromarray(getattr(skimage.data, name)())
        source = BytesIO()
        photo.save(source, "PNG")
        variants = {
            "cutout": Variant(max_side=MAX_SIDE, format=Format.WEBP),
            "colour": Variant(max_side=MAX_SIDE, format=Format.JPG, background=colour),
        }
        for kind, variant in variants.items():
            made = run(source.getvalue(), variant, model, Limits(), Deadline.after(60), threads=2)
            (TARGET / f"{name}-{kind}.{variant.format}").write_bytes(made.body)
        photo.thumbnail((MAX_SIDE, MAX_SIDE))
        photo.save(TARGET / f"{name}.jpg", quality=85)
        print(name)


if __name__ == "__main__":
    main()
