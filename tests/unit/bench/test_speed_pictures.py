"""The photos that the speed bench sends."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from bench.pictures import Photo, bundled, enlarged, photos


def small_photo(seed: int = 0) -> Photo:
    """A photo of noise under a name."""
    stream = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (24, 32, 3), np.uint8)
    Image.fromarray(noise).save(stream, "JPEG")
    return Photo("tiny", stream.getvalue())


def test_editions_differ_in_bytes_and_not_in_pixels() -> None:
    """A cache of seen bytes must miss while the work stays the same."""
    photo = small_photo()
    first, second = photo.edition(1), photo.edition(2)

    assert first != second
    pixels = [np.asarray(Image.open(io.BytesIO(one))) for one in (photo.jpeg, first, second)]
    assert np.array_equal(pixels[0], pixels[1])
    assert np.array_equal(pixels[0], pixels[2])


def test_an_enlarged_photo_has_detail_in_single_pixels() -> None:
    """Codecs must not be timed on something smooth."""
    photo = bundled("coffee.png")
    plain = photo.resize((2400, 1600), Image.Resampling.LANCZOS)

    def roughness(picture: Image.Image) -> float:
        grey = picture.convert("L")
        fine = np.asarray(grey, np.float32) - np.asarray(grey.filter(ImageFilter.BoxBlur(1)), np.float32)
        return float(fine.std())

    assert roughness(enlarged(photo, 2400, 1600)) > 3 * roughness(plain)


def test_an_enlarged_photo_is_the_same_every_time() -> None:
    """Two runs on two days must measure the same pictures."""
    photo = bundled("coffee.png")

    assert enlarged(photo, 320, 200).tobytes() == enlarged(photo, 320, 200).tobytes()


def test_kept_photos_are_read_and_not_made_again(tmp_path: Path) -> None:
    """The second start of the bench costs nothing, and names come smallest first."""
    for size in ("1224x816", "4242x2828", "6000x4000"):
        (tmp_path / f"coffee-{size}.jpg").write_bytes(size.encode())

    expected = [("1MP", b"1224x816"), ("12MP", b"4242x2828"), ("24MP", b"6000x4000")]

    assert expected == [(photo.name, photo.jpeg) for photo in photos(tmp_path)]
