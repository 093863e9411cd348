"""Native's parameters: each reaches the request, and what means nothing is refused by name."""

import json
from dataclasses import replace

import pytest

from handler.dialects.base import Inbound, Upload
from handler.dialects.native.request import parse_remove
from handler.dialects.native.table import CUT, EVERY, OF_A_VARIANT
from handler.dialects.reading.parameter import names_of
from handler.domain.errors import InvalidParameterError
from handler.domain.request import (
    Channels,
    Colour,
    ColourSpace,
    Compression,
    Crop,
    Cut,
    CutoutRequest,
    Delivery,
    Edge,
    Fit,
    Format,
    Frame,
    Gradient,
    ImageUrl,
    Length,
    Margins,
    Position,
    Quality,
    Region,
    Scene,
    Shadow,
    SourceAlpha,
    Variant,
)

FILE = Upload("image_file", "photo.png", "image/png", b"picture")
RED, WHITE = Colour(255, 0, 0), Colour(255, 255, 255)
TENTH, FIFTH = Length(10, percent=True), Length(20, percent=True)


def posted(*fields: tuple[str, str], files: tuple[Upload, ...] = ()) -> Inbound:
    """A form with a picture and some fields."""
    return Inbound(fields=fields, files=(FILE, *files))


def refused(*fields: tuple[str, str], files: tuple[Upload, ...] = ()) -> InvalidParameterError:
    """Why a form is not taken."""
    with pytest.raises(InvalidParameterError) as caught:
        parse_remove(posted(*fields, files=files))
    return caught.value


SHAPES = [
    ("format=png", Variant(format=Format.PNG)),
    ("format=JPEG", Variant(format=Format.JPG)),
    ("format=webp", Variant(format=Format.WEBP)),
    ("format=avif", Variant(format=Format.AVIF)),
    ("format=zip", Variant(format=Format.ZIP)),
    ("format=auto", Variant(format=Format.AUTO)),
    ("lossy_quality=40&format=webp", Variant(lossy_quality=40, format=Format.WEBP)),
    ("compression=small", Variant(compression=Compression.SMALL)),
    ("color=keep", Variant(color=ColourSpace.KEEP)),
    ("channels=rgb", Variant(channels=Channels.RGB)),
    ("channels=ALPHA", Variant(channels=Channels.ALPHA)),
    ("bg_color=#f00", Variant(background=RED)),
    ("bg_color=ff000080", Variant(background=Colour(255, 0, 0, 128))),
    ("bg_gradient=red white 45", Variant(background=Gradient(RED, WHITE, 45))),
    ("bg_blur=30", Variant(background=Scene(None, 30))),
    ("bg_blur=0", Variant(background=Scene(None, 0))),
    ("bg_image_url=https://a/b", Variant(background=Scene(ImageUrl("https://a/b")))),
    ("bg_image_url=https://a/b&bg_blur=5", Variant(background=Scene(ImageUrl("https://a/b"), 5))),
    ("shadow=drop", Variant(shadow=Shadow(50))),
    ("shadow=drop&shadow_opacity=80", Variant(shadow=Shadow(80))),
    ("size=full", Variant()),
    ("size=preview", Variant(max_side=256)),
    ("size=small", Variant(max_side=512)),
    ("size=medium", Variant(max_side=1024)),
    ("size=Large", Variant(max_side=2048)),
    ("size=hd", Variant(max_pixels=4_000_000)),
    ("size=auto", Variant()),
    ("max_pixels=1", Variant(max_pixels=1)),
    ("size=hd&max_pixels=5000000", Variant(max_pixels=4_000_000)),
    ("size=hd&max_pixels=3000000", Variant(max_pixels=3_000_000)),
    ("width=30", Variant(frame=Frame(30, None))),
    ("width=30&height=20&fit=cover", Variant(frame=Frame(30, 20, Fit.COVER))),
    ("height=6000&fit=scale-down", Variant(frame=Frame(None, 6000, Fit.SCALE_DOWN))),
    ("crop=true", Variant(crop=Crop())),
    ("crop=False&crop_margin=0", Variant()),
    ("crop=16:9", Variant(crop=Crop(ratio=(16, 9)))),
    ("crop=true&crop_margin=10%", Variant(crop=Crop(Margins(*[TENTH] * 4)))),
    ("crop=true&padding=0.1", Variant(crop=Crop(Margins(*[TENTH] * 4)))),
    ("crop=true&padding=10%,0.2", Variant(crop=Crop(Margins(TENTH, FIFTH, TENTH, FIFTH)))),
    ("crop=1:1&padding=30px", Variant(crop=Crop(Margins(*[Length(30)] * 4), (1, 1)))),
    ("scale=80%", Variant(scale=0.8)),
    ("scale=80%&position=25% 75%", Variant(scale=0.8, position=Position(0.25, 0.75))),
    ("position=center", Variant(position=Position())),
    ("position=original", Variant()),
]


def pairs(query: str) -> tuple[tuple[str, str], ...]:
    """`a=b&c=d` as pairs, as it stands."""
    return tuple((name, text) for name, _, text in (pair.partition("=") for pair in query.split("&")))


@pytest.mark.parametrize(("query", "expected"), SHAPES)
def test_each_parameter_of_a_picture_reaches_the_request(query: str, expected: Variant) -> None:
    """In the body, in the address and in a list of variants, a parameter means the same."""
    listed = json.dumps([{"name": "default", **dict(pairs(query))}])

    assert (expected,) == parse_remove(posted(*pairs(query))).variants
    assert (expected,) == parse_remove(Inbound(query=pairs(query), files=(replace(FILE, name=""),))).variants
    assert (expected,) == parse_remove(posted(("variants", listed))).variants


CUTS = [
    ("quality=low", Cut(Quality.LOW)),
    ("type=auto", Cut()),
    (
        "roi=10 20px 90% 100%",
        Cut(region=Region(Length(10), Length(20), Length(90, percent=True), Length(100, percent=True))),
    ),
    ("alpha=ignore", Cut(source_alpha=SourceAlpha.IGNORE)),
    ("alpha=use", Cut(source_alpha=SourceAlpha.USE)),
    ("decontaminate=0.25", Cut(edge=Edge(decontaminate=0.25))),
    ("edge_shift=-20", Cut(edge=Edge(shift=-20))),
    ("edge_feather=3", Cut(edge=Edge(feather=3))),
]


@pytest.mark.parametrize(("query", "expected"), CUTS)
def test_each_parameter_of_the_matte_reaches_the_request(query: str, expected: Cut) -> None:
    """They are shared by all variants."""
    assert expected == parse_remove(posted(*pairs(query))).cut


def test_a_background_picture_may_come_as_a_file() -> None:
    """Beside the source."""
    scene = Upload("bg_image_file", "b.png", "image/png", b"beach")

    assert Scene(b"beach") == parse_remove(posted(files=(scene,))).variants[0].background
    assert refused(("bg_image_url", "https://a/b"), files=(scene,)).field == "bg_image_url"


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        ("response=bytes", "application/json", CutoutRequest(b"picture", delivery=Delivery.LADDER)),
        ("response=json", "", CutoutRequest(b"picture", delivery=Delivery.LADDER)),
        ("response=url", "", CutoutRequest(b"picture", delivery=Delivery.LINKS)),
        ("dry_run=true", "", CutoutRequest(b"picture", delivery=Delivery.LADDER, dry_run=True)),
        ('variants=[{"name":"default"}]', "", CutoutRequest(b"picture", delivery=Delivery.LADDER)),
        (
            'variants=[{"name":"default"}]',
            "application/json",
            CutoutRequest(b"picture", delivery=Delivery.LINKS),
        ),
    ],
)
def test_delivery_follows_from_the_answer_that_is_wanted(
    query: str, accept: str, expected: CutoutRequest
) -> None:
    """Bytes and one picture in JSON go along with the answer where they fit; lists lead to the store."""
    assert expected == parse_remove(replace(posted(*pairs(query)), headers={"accept": accept}))


BAD = [
        "quality=best", "type=plant", "type=person", "roi=1 2 3", "roi=5 5 5 9", "alpha=yes",
        "decontaminate=2", "decontaminate=nan", "edge_shift=21", "edge_shift=1.5", "edge_feather=-1",
        "crop=yes", "crop=", "crop=0:1", "crop_margin=51%", "padding=0.6", "crop_margin=1 2 3",
        "scale=5%", "scale=1", "position=left", "position=110%", "size=huge",
        "max_pixels=0", "max_pixels=1e6", "width=6001", "height=0", "fit=fill", "channels=cmyk",
        "bg_color=blurple", "bg_gradient=red white", "bg_blur=101", "shadow=long", "shadow_opacity=-1",
        "format=gif", "lossy_quality=0", "lossy_quality=101", "compression=zip", "color=cmyk",
        "response=xml", "dry_run=1", "variants=[]", "colour=red",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_a_bad_value_or_name_is_refused_by_its_name(query: str) -> None:
    """The refusal names the field, what is taken and what came."""
    ((name, text),) = pairs(query)
    assert name == refused((name, text)).field


@pytest.mark.parametrize(
    ("query", "named", "way_out"),
    [
        ("channels=alpha&bg_color=#fff", "bg_color", "channels=rgba"),
        ("channels=alpha&shadow=drop", "shadow", "channels=rgba"),
        ("channels=alpha&bg_image_url=https://a/b", "bg_image_url", "channels=rgba"),
        ("channels=alpha&color=keep", "color", "channels=rgba"),
        ("format=jpg&compression=small", "compression", "format=png"),
        ("format=zip&channels=rgb", "channels", "rgba"),
        ("lossy_quality=50", "lossy_quality", "format=png"),
        ("bg_color=red&bg_gradient=red white 3", "bg_gradient", "another background"),
        ("bg_color=red&bg_blur=3", "bg_blur", "another background"),
        ("bg_color=red&bg_image_url=https://a/b", "bg_color", "another background"),
        ("shadow_opacity=20", "shadow_opacity", "shadow=drop"),
        ("crop_margin=3", "crop_margin", "crop=true"),
        ("padding=3", "padding", "crop=true"),
        ("scale=50%&position=original", "position", "another value"),
        ("fit=cover", "fit", "width or height"),
        ("width=3&max_pixels=3", "max_pixels", "width or height"),
    ],
)
def test_a_parameter_that_would_do_nothing_is_refused(query: str, named: str, way_out: str) -> None:
    """The refusal says what to change."""
    refusal = refused(*pairs(query))

    assert named == refusal.field
    assert way_out in refusal.expected


@pytest.mark.parametrize(
    "query",
    [
        "channels=alpha&format=jpg",
        "format=jpg&bg_color=red",
        "format=jpg&compression=fast",
        "format=png&lossy_quality=85",
        "crop=false&crop_margin=0",
        "fit=contain",
        "shadow=none&shadow_opacity=50",
        "size=small&width=30",
        "decontaminate=0&format=zip&bg_color=red",
        "decontaminate=1&channels=alpha",
    ],
)
def test_parameters_that_do_go_together_are_taken(query: str) -> None:
    """A default that is spelled out harms nobody."""
    assert parse_remove(posted(*pairs(query)))


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "nonsense", "[1]", '[{"size": "small"}]', '[{"name": "../x"}]', '[{"name": 3}]',
        '[{"name": "a"}, {"name": "A"}]', '[{"name": "a", "crop": ["true"]}]', "[" * 9000, '[[["name", 1]]]',
        '[{"name": "a", "name": "b"}]', json.dumps([{"name": f"v{n}"} for n in range(21)]),
    ],
)  # fmt: skip
def test_a_list_of_variants_is_taken_whole_or_not_at_all(text: str) -> None:
    """Each has a name of its own, which becomes a file's."""
    assert refused(("variants", text)).field == "variants"


def test_a_variant_is_refused_by_the_name_within() -> None:
    """As a request of its own would be."""
    assert refused(("variants", '[{"name": "a", "size": "huge"}]')).field == "size"
    assert refused(("variants", '[{"name": "a", "quality": "low"}]')).field == "quality"
    assert refused(("variants", '[{"name": "a", "size": "full", "size": "full"}]')).field == "size"
    assert refused(("variants", '[{"name": "a"}]'), ("size", "small")).field == "size"


def test_cleaning_that_no_variant_shows_is_refused() -> None:
    """One that shows it is enough."""
    clean = ("decontaminate", "0.5")
    idle = '{"name": "a", "channels": "alpha"}, {"name": "b", "format": "zip"}'

    assert refused(clean, ("channels", "alpha")).field == "decontaminate"
    assert refused(clean, ("format", "zip")).field == "decontaminate"
    assert refused(clean, ("variants", f"[{idle}]")).field == "decontaminate"
    assert parse_remove(posted(clean, ("variants", f'[{idle}, {{"name": "c"}}]')))


def test_json_values_need_no_quotes_in_a_list_of_variants() -> None:
    """True, numbers and null are what they are."""
    listed = '[{"name": "a", "crop": true, "width": 30, "bg_color": null}, {"name": "b"}]'
    expected = (Variant("a", crop=Crop(), frame=Frame(30, None)), Variant("b"))

    assert expected == parse_remove(posted(("variants", listed))).variants


def test_a_parameter_given_twice_is_refused() -> None:
    """Which one counts must not be guessed, whatever name it went by."""
    assert refused(("size", "small"), ("size", "large")).received == "several"
    assert refused(("crop_margin", "1"), ("padding", "2")).received == "several"


def test_every_parameter_is_tried_above() -> None:
    """A new row of the table needs a row here."""
    tried = {name for query, _ in (*SHAPES, *CUTS) for name, _ in pairs(query)}
    refused_above = {name for query in BAD for name, _ in pairs(query)}

    assert set(names_of((*CUT, *OF_A_VARIANT))) <= tried
    assert set(names_of(EVERY)) <= refused_above
