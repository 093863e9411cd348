"""The remove.bg dialect: parameters in, its catalogue of errors and its headers out; no server."""

import base64
import json
import time

import pytest

from handler.dialects.base import Inbound, Upload
from handler.dialects.reading.parameter import names_of
from handler.dialects.removebg import REMOVEBG
from handler.dialects.removebg.answers import present_account, present_improve, present_remove
from handler.dialects.removebg.parameters import TABLE
from handler.dialects.removebg.request import parse_account, parse_improve, parse_remove
from handler.domain import errors
from handler.domain.account import Hold
from handler.domain.image import Box
from handler.domain.rate import RateWindow
from handler.domain.request import (
    BalanceRequest,
    Channels,
    Colour,
    Crop,
    Cut,
    CutoutRequest,
    Delivery,
    Format,
    ImageUrl,
    KeepRequest,
    Length,
    Margins,
    Position,
    Region,
    Scene,
    Shadow,
    Variant,
)
from handler.domain.result import Balance, CutoutResult, Kept, Rendering

PICTURE = b"picture"
FILE = Upload("image_file", "photo.png", "image/png", PICTURE)
PREVIEW = Variant(max_pixels=250_000, format=Format.AUTO)
TENTH, FIFTH = Length(10, percent=True), Length(20, percent=True)


def pairs(query: str) -> tuple[tuple[str, str], ...]:
    """`a=b&c=d` as pairs, as it stands."""
    return tuple((name, text) for name, _, text in (pair.partition("=") for pair in query.split("&")))


def posted(query: str = "", files: tuple[Upload, ...] = (FILE,), accept: str = "*/*") -> Inbound:
    """A form with a picture and some fields."""
    return Inbound(headers={"accept": accept}, fields=pairs(query) if query else (), files=files)


def preview(**changes: object) -> Variant:
    """What is made where nothing is said of size and format, but for these."""
    return Variant(**{"max_pixels": 250_000, "format": Format.AUTO, **changes})  # type: ignore[arg-type] # fields by name


def test_a_picture_alone_is_a_preview_at_a_quarter_of_a_credit() -> None:
    """The vendor's default, and its price."""
    expected = CutoutRequest(PICTURE, variants=(PREVIEW,), prices=("removebg.preview",))

    assert expected == parse_remove(posted())
    assert expected.delivery is Delivery.DIRECT


VARIANTS = [
    ("size=small", preview()),
    ("size=regular", preview()),
    ("size=medium", preview(max_pixels=1_500_000)),
    ("size=hd", preview(max_pixels=4_000_000)),
    ("size=full", preview(max_pixels=10_000_000)),
    ("size=4K&format=jpg", preview(max_pixels=25_000_000, format=Format.JPG)),
    ("size=full&format=zip", preview(max_pixels=25_000_000, format=Format.ZIP)),
    ("size=50MP&format=webp", preview(max_pixels=50_000_000, format=Format.WEBP)),
    ("type=auto&type_level=2", preview()),
    ("type_level=latest", preview()),
    ("format=png", preview(format=Format.PNG)),
    ("format=jpeg", preview(format=Format.JPG)),
    ("crop=true", preview(crop=Crop())),
    ("crop=true&crop_margin=10% 20%", preview(crop=Crop(Margins(TENTH, FIFTH, TENTH, FIFTH)))),
    ("crop=true&crop_margin=900px", preview(crop=Crop(Margins(*[Length(500)] * 4)))),
    ("crop=false&crop_margin=5px", preview()),
    ("scale=50%", preview(scale=0.5)),
    ("scale=original&position=original", preview()),
    ("position=25% 75%", preview(position=Position(0.25, 0.75))),
    ("channels=alpha", preview(channels=Channels.ALPHA)),
    ("add_shadow=true", preview(shadow=Shadow(50))),
    ("shadow_type=drop&shadow_opacity=30", preview(shadow=Shadow(30))),
    ("shadow_method=latest&semitransparency=true", preview()),
    ("bg_color=81d4fa77", preview(background=Colour(0x81, 0xD4, 0xFA, 0x77))),
    ("bg_color=green&bg_image_url=", preview(background=Colour(0, 128, 0))),
    ("bg_image_url=https://a/b", preview(background=Scene(ImageUrl("https://a/b")))),
]


@pytest.mark.parametrize(("query", "expected"), VARIANTS)
def test_each_parameter_reaches_the_request(query: str, expected: Variant) -> None:
    """Of 0.25 megapixels where no size is named."""
    assert (expected,) == parse_remove(posted(query)).variants


def test_the_region_of_interest_reaches_the_matte() -> None:
    """Two corners."""
    region = Region(Length(0, percent=True), Length(10), Length(200), TENTH)

    assert Cut(region=region) == parse_remove(posted("roi=0% 10px 200 10%")).cut


def test_auto_is_full_or_the_preview_that_can_be_paid() -> None:
    """One request, with another in its place."""
    request = parse_remove(posted("size=auto"))

    assert (("removebg.picture",), 10_000_000) == (request.prices, request.variants[0].max_pixels)
    instead = request.if_unaffordable
    assert instead is not None
    assert (("removebg.preview",), (PREVIEW,)) == (instead.prices, instead.variants)


BAD = [
    ("size=huge", "invalid_size"),
    ("type=graphic", "invalid_type"),
    ("type_level=3", "invalid_type_level"),
    ("format=gif", "invalid_format"),
    ("roi=1 2 3", "invalid_roi"),
    ("roi=50% 0% 20% 100%", "roi_region_empty"),
    ("crop=yes", "invalid_crop"),
    ("crop_margin=1 2 3", "invalid_crop_margin"),
    ("scale=5%", "invalid_scale"),
    ("position=left", "invalid_position"),
    ("channels=rgb", "invalid_channels"),
    ("add_shadow=maybe", "invalid_add_shadow"),
    ("shadow_type=3D", "invalid_shadow_type"),
    ("shadow_method=legacy", "invalid_shadow_method"),
    ("shadow_opacity=101", "invalid_shadow_opacity"),
    ("semitransparency=false", "invalid_semitransparency"),
    ("bg_color=blurple", "invalid_bg_color"),
    ("bg_color=red&bg_image_url=https://a/b", "multiple_bg_sources"),
    ("image_url=https://a/b", "multiple_sources"),
    ("size=hd&size=hd", "invalid_size"),
]


@pytest.mark.parametrize(("query", "code"), BAD)
def test_each_bad_value_has_its_code(query: str, code: str) -> None:
    """The catalogue is by parameter."""
    with pytest.raises(errors.ClearcutError) as caught:
        parse_remove(posted(query))
    answer = REMOVEBG.present_error(caught.value, "req")

    (told,) = json.loads(answer.body)["errors"]
    assert (400, code) == (answer.status, told["code"])
    assert told["title"]
    assert ("Access-Control-Allow-Origin", "*") in answer.headers


def test_every_parameter_is_tried_above() -> None:
    """A new row of the table needs a good row and a bad row here."""
    good = {name for query, _ in VARIANTS for name, _ in pairs(query)}
    bad = {name for query, _ in BAD for name, _ in pairs(query)}

    assert set(names_of(TABLE)) <= good | {"roi"}
    assert set(names_of(TABLE)) <= bad


def blaming(error: errors.ClearcutError) -> errors.ClearcutError:
    """The error, caused by the background's address."""
    error.field = "bg_image_url"
    return error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.MissingImageError(), 400, "missing_source"),
        (errors.ImageUrlInvalidError(), 400, "invalid_image_url"),
        (errors.ImageUrlFailedError(), 400, "failed_image_download"),
        (errors.InvalidParameterError("image_file_b64", "base64", "x"), 400, "failed_to_read_image"),
        (errors.UnreadableImageError(), 400, "failed_to_read_image"),
        (errors.UnsupportedFormatError(), 400, "invalid_file_type"),
        (errors.VideoError(), 400, "invalid_file_type"),
        (errors.ImageTooLargeError(), 400, "file_too_large"),
        (errors.ResolutionTooHighError(), 400, "resolution_too_high"),
        (errors.NoSubjectError(), 400, "unknown_foreground"),
        (errors.RegionEmptyError("0 0 0 0"), 400, "roi_region_empty"),
        (errors.RegionOutOfBoundsError("0 0 9 9"), 400, "roi_exceeds_bounds"),
        (blaming(errors.ImageUrlInvalidError()), 400, "invalid_bg_image_url"),
        (blaming(errors.ImageUrlFailedError()), 400, "failed_bg_download"),
        (blaming(errors.UnreadableImageError()), 400, "failed_to_read_image"),
        (errors.ResultTooLargeError("ask for a smaller size"), 400, "invalid_size"),
        (errors.InsufficientCreditsError(), 402, "insufficient_credits"),
        (errors.AuthenticationError(), 403, "auth_failed"),
        (errors.RateLimitExceededError(500, 3, 1), 429, "rate_limit_exceeded"),
    ],
)
def test_each_cause_has_its_code(error: errors.ClearcutError, status: int, code: str) -> None:
    """The vendor's, where it has one."""
    answer = REMOVEBG.present_error(error, "req")

    assert (status, code) == (answer.status, json.loads(answer.body)["errors"][0]["code"])


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (errors.MissingKeyError(), "Missing API Key"),
        (errors.AuthenticationError(), "API Key invalid"),
        (
            errors.MultipleImagesError(),
            (
                "Multiple image sources given: Please provide either the image_url, image_file or "
                "image_file_b64 parameter."
            ),
        ),
        (errors.ImageUrlInvalidError(), "Invalid image_url: Please provide a valid URL."),
        (errors.MissingImageError(), "No image given"),
    ],
)
def test_titles_are_the_ones_that_clients_show(error: errors.ClearcutError, title: str) -> None:
    """The gem raises them as its own errors' messages."""
    assert title == json.loads(REMOVEBG.present_error(error, "req").body)["errors"][0]["title"]


def test_whoever_is_too_fast_learns_when_to_come_back() -> None:
    """In seconds, and as a moment."""
    headers = dict(REMOVEBG.present_error(errors.RateLimitExceededError(500, 3, 1), "req").headers)

    assert ("1", "500", "0") == tuple(
        headers[name] for name in ("Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining")
    )
    assert abs(time.time() + 3 - int(headers["X-RateLimit-Reset"])) < 60


def result(written: Format = Format.PNG, kind: str | None = None) -> CutoutResult:
    """A finished cut-out of a picture of 6000 x 4000."""
    rendering = Rendering(
        body=b"bytes",
        format=written,
        width=600,
        height=400,
        subject=Box(1, 2, 3, 4),
        model="disc@0123456789ab",
        confidence=1.0,
        ambiguous_ratio=0.0,
        timings=(),
        source_format="png",
        source_frames=1,
        full_width=6000,
        full_height=4000,
        type=kind,
    )
    rate = RateWindow(500, 494, 10)
    return CutoutResult((rendering,), Hold("h", "a", "req", 250, 8500, 0, rate))


def test_the_answer_is_the_picture_and_headers_tell_the_rest() -> None:
    """Names and forms of the vendor."""
    answer = present_remove(result(kind="person"), posted("magic=1"))
    headers = dict(answer.headers)

    assert (200, "image/png", b"bytes") == (answer.status, answer.media_type, answer.body)
    assert abs(time.time() + 10 - int(headers.pop("X-RateLimit-Reset"))) < 60
    assert {
        "X-Credits-Charged": "0.25",
        "X-Width": "600",
        "X-Height": "400",
        "X-Max-Width": "3872",
        "X-Max-Height": "2581",
        "X-Foreground-Top": "2",
        "X-Foreground-Left": "1",
        "X-Foreground-Width": "3",
        "X-Foreground-Height": "4",
        "X-Type": "person",
        "X-RateLimit-Limit": "500",
        "X-RateLimit-Remaining": "494",
        "X-Ignored-Parameters": "magic",
        "Access-Control-Allow-Origin": "*",
    } == headers


@pytest.mark.parametrize(
    ("query", "idle"),
    [
        ("crop_margin=10%", "crop_margin"),
        ("crop_margin=0", None),
        ("crop=true&crop_margin=10%", None),
        ("shadow_opacity=20", "shadow_opacity"),
        ("shadow_opacity=20&add_shadow=true", None),
        ("channels=alpha&bg_color=red", "bg_color"),
        ("channels=alpha&bg_image_url=https://a/b", "bg_image_url"),
        ("channels=alpha&format=zip&bg_color=red", None),
    ],
)
def test_what_means_nothing_beside_the_rest_is_named(query: str, idle: str | None) -> None:
    """The vendor takes it and says nothing."""
    assert idle == dict(present_remove(result(), posted(query)).headers).get("X-Ignored-Parameters")


def test_a_full_jpeg_may_be_larger_than_a_full_png() -> None:
    """24 megapixels are within 25."""
    headers = dict(present_remove(result(Format.JPG), posted("format=jpg")).headers)

    assert ("6000", "4000") == (headers["X-Max-Width"], headers["X-Max-Height"])
    assert "X-Type" not in headers


def test_json_is_for_whoever_accepts_nothing_else() -> None:
    """The file as base64, and the subject's box."""
    answer = present_remove(result(), posted(accept="application/json"))
    data = json.loads(answer.body)["data"]

    assert base64.b64decode(data.pop("result_b64")) == b"bytes"
    assert {
        "foreground_top": 2,
        "foreground_left": 1,
        "foreground_width": 3,
        "foreground_height": 4,
    } == data
    assert dict(answer.headers)["X-Credits-Charged"] == "0.25"


def test_the_account_has_no_name_that_its_strictest_client_does_not_know() -> None:
    """It takes them for arguments."""
    assert parse_account(Inbound()) == BalanceRequest()
    answer = present_account(Balance("org_1", "Demo", 10_000, 2_500), Inbound())

    assert {
        "data": {
            "attributes": {
                "credits": {"subscription": 0, "payg": 7.5, "enterprise": 0, "total": 7.5},
                "api": {"free_calls": 0, "sizes": "all"},
            }
        }
    } == json.loads(answer.body)


def test_a_bad_case_is_kept() -> None:
    """What is said of it beside is named as ignored; its address does as well."""
    inbound = posted("tag=hair&image_filename=a.jpg")

    assert KeepRequest(PICTURE) == parse_improve(inbound)
    answer = present_improve(Kept("up_1"), inbound)
    assert {"id": "up_1"} == json.loads(answer.body)
    assert dict(answer.headers)["X-Ignored-Parameters"] == "tag, image_filename"
    assert KeepRequest(ImageUrl("https://a/b")) == parse_improve(posted("image_url=https://a/b", files=()))


def test_presenting_the_wrong_outcome_is_a_defect() -> None:
    """A route wired to another use case fails loudly."""
    for present in (present_remove, present_account, present_improve):
        with pytest.raises(TypeError):
            present(Kept("x") if present is not present_improve else result(), Inbound())


def test_a_key_is_found_in_either_header() -> None:
    """OAuth's too."""
    assert REMOVEBG.credential({"x-api-key": "k"}) == "k"
    assert REMOVEBG.credential({"authorization": "Bearer k"}) == "k"
    assert REMOVEBG.credential({}) is None
