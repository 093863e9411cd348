"""Colours through the whole story: in sRGB, or kept in the source's own RGB space."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from handler.domain.image import Bytes
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Channels, Colour, ColourSpace, Format, Gradient, Scene, Variant
from handler.pipeline.run import run
from tests import profiles
from tests.colours import delta_e
from tests.fakes import FakeModel
from tests.images import encoded, gradient, photo, saved

P3 = profiles.display_p3()
WIDE = {"p3": P3, "adobe": profiles.adobe_rgb()}
FORMATS = [Format.PNG, Format.JPG, Format.WEBP, Format.AVIF]
VISIBLE_DELTA_E = 3.0
RED, GREEN = Colour(200, 30, 40), Colour(30, 160, 60)


def answered(data: bytes, variant: Variant) -> Image.Image:
    """The answer's picture."""
    rendering = run(data, variant, FakeModel(), Limits(), Deadline.after(60), threads=2)
    return Image.open(BytesIO(rendering.body))


def profile_of(image: Image.Image) -> bytes:
    """Whatever is embedded."""
    profile = image.info.get("icc_profile", b"")
    assert isinstance(profile, bytes)
    return profile


def as_seen(image: Image.Image) -> Bytes:
    """What a viewer that minds the embedded profile shows on a screen of sRGB."""
    opened = ImageCms.ImageCmsProfile(BytesIO(profile_of(image)))
    shown = ImageCms.profileToProfile(image.convert("RGB"), opened, ImageCms.createProfile("sRGB"))
    assert shown is not None
    return np.asarray(shown)


@pytest.mark.parametrize("profile", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("file_format", FORMATS)
def test_kept_colours_are_the_sources_numbers_under_its_own_profile(
    file_format: Format, profile: bytes
) -> None:
    """In every format of an answer; a lossy one is off by what it loses."""
    data = encoded(photo(90, 60), icc_profile=profile)
    variant = Variant(
        uncut=True, channels=Channels.RGB, color=ColourSpace.KEEP, format=file_format, lossy_quality=100
    )
    image = answered(data, variant)
    loss = np.abs(photo(90, 60).astype(int) - np.asarray(image.convert("RGB"))).mean()

    assert profile == profile_of(image)
    assert loss == 0 if file_format is Format.PNG else loss < 3


@pytest.mark.parametrize("file_format", FORMATS)
def test_by_default_colours_become_srgb_and_say_so(file_format: Format) -> None:
    """By the profile, or in a PNG by the chunk that stands for it."""
    image = answered(
        encoded(photo(90, 60), icc_profile=P3), Variant(uncut=True, channels=Channels.RGB, format=file_format)
    )
    if file_format is Format.PNG:
        assert "srgb" in image.info
    else:
        assert "sRGB".encode("utf-16-be") in profile_of(image)
    assert delta_e(photo(90, 60), np.asarray(image.convert("RGB"))) > VISIBLE_DELTA_E


@pytest.mark.parametrize("color", list(ColourSpace))
def test_what_is_cut_out_does_not_depend_on_the_colours_of_the_answer(color: ColourSpace) -> None:
    """The model looks at sRGB in any case."""
    data = encoded(photo(90, 60), icc_profile=P3)
    plain = answered(data, Variant()).getchannel("A")

    assert plain.tobytes() == answered(data, Variant(color=color)).getchannel("A").tobytes()


@pytest.mark.parametrize("profile", WIDE.values(), ids=WIDE)
def test_a_colour_behind_kept_colours_is_the_one_that_was_asked_for(profile: bytes) -> None:
    """Its numbers differ, and it looks the same."""
    data = encoded(photo(90, 60), icc_profile=profile)
    image = answered(data, Variant(background=RED, color=ColourSpace.KEEP))
    wanted = np.full((1, 1, 3), (RED.red, RED.green, RED.blue), np.uint8)

    assert delta_e(wanted, as_seen(image)[:1, :1]) < VISIBLE_DELTA_E
    assert delta_e(wanted, np.asarray(image.convert("RGB"))[:1, :1]) > VISIBLE_DELTA_E


def test_a_gradient_behind_kept_colours_has_the_ends_that_were_asked_for() -> None:
    """Both of them."""
    data = encoded(photo(90, 60), icc_profile=P3)
    seen = as_seen(answered(data, Variant(background=Gradient(RED, GREEN, 0), color=ColourSpace.KEEP)))
    ends = [np.full((1, 1, 3), (end.red, end.green, end.blue), np.uint8) for end in (RED, GREEN)]

    assert delta_e(ends[0], seen[:1, :1]) < VISIBLE_DELTA_E + 1
    assert delta_e(ends[1], seen[-1:, :1]) < VISIBLE_DELTA_E + 1


def test_a_picture_behind_kept_colours_looks_as_it_is() -> None:
    """It is brought into the source's space."""
    behind = np.full((60, 90, 3), (200, 30, 40), np.uint8)
    data = encoded(photo(90, 60), icc_profile=P3)
    image = answered(data, Variant(background=Scene(encoded(behind)), color=ColourSpace.KEEP))

    assert delta_e(behind[:1, :1], as_seen(image)[:1, :1]) < VISIBLE_DELTA_E


@pytest.mark.parametrize(
    "data",
    [
        encoded(gradient()),
        encoded(gradient(), icc_profile=b"no profile"),
        saved(Image.fromarray(gradient()).convert("CMYK"), "tiff", icc_profile=profiles.cmyk()),
        encoded(gradient()[..., 0], icc_profile=profiles.grey(1.0)),
        encoded(gradient(), icc_profile=profiles.one_way()),
        encoded(gradient(), icc_profile=P3 + bytes(1 << 20)),
    ],
    ids=["none", "broken", "of inks", "of grey", "one way", "too large"],
)
def test_where_no_rgb_profile_can_be_kept_the_answer_is_in_srgb(data: bytes) -> None:
    """Pixel by pixel as if nothing had been asked for, and with sRGB's own mark."""
    kept = answered(data, Variant(uncut=True, background=RED, color=ColourSpace.KEEP))
    plain = answered(data, Variant(uncut=True, background=RED))

    assert plain.tobytes() == kept.tobytes()
    assert "srgb" in kept.info


def test_variants_of_both_colours_come_from_one_matte() -> None:
    """An answer in sRGB beside one in kept colours is not mixed up with it."""
    data = encoded(photo(90, 60), icc_profile=P3)
    kept, plain = (answered(data, Variant(color=color)) for color in (ColourSpace.KEEP, ColourSpace.SRGB))

    assert P3 == profile_of(kept)
    assert b"" == profile_of(plain)
    assert kept.convert("RGB").tobytes() != plain.convert("RGB").tobytes()
