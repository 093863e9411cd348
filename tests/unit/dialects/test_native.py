"""The native dialect: parameters in, refusals and headers out; no server."""

import base64
import json
from typing import Any

import pytest

from handler.dialects import DIALECTS
from handler.dialects.base import Dialect, Inbound, Upload
from handler.dialects.native import NATIVE, parse_remove
from handler.dialects.native.balance import parse_balance, present_balance
from handler.dialects.native.parameters import NAMES, PARAMETERS
from handler.dialects.native.pictures import present_picture
from handler.dialects.native.source import TEXT_NAMES, URL_NAMES
from handler.domain import errors
from handler.domain.account import Hold
from handler.domain.image import Box
from handler.domain.rate import RateWindow
from handler.domain.request import Channels, Colour, Compression, Crop, CutoutRequest, Format, Variant
from handler.domain.result import Balance, CutoutResult, Rendering, Timing

PICTURE = b"\x89PNG picture"
REQUEST_ID = "req_0123456789012345678901"


def posted(*fields: tuple[str, str], name: str = "image_file") -> Inbound:
    """A form with a picture and some fields."""
    return Inbound(fields=fields, files=(Upload(name, "photo.png", "image/png", PICTURE),))


def result(*, frames: int = 1, rate: RateWindow | None = None) -> CutoutResult:
    """A finished cut-out."""
    rendering = Rendering(
        body=b"bytes",
        format=Format.WEBP,
        width=40,
        height=30,
        subject=Box(1, 2, 3, 4),
        model="disc@0123456789ab",
        confidence=0.98765,
        ambiguous_ratio=0.025,
        timings=(Timing("decode", 1.0),),
        source_format="png",
        source_frames=frames,
    )
    return CutoutResult((rendering,), Hold("h", "a", REQUEST_ID, 1000, 8500, 0, rate))


@pytest.mark.parametrize("name", ["image_file", "file", ""])
def test_the_picture_may_come_under_each_documented_name(name: str) -> None:
    """`image_file` is documented, `file` is what a newer client sends, a raw body has no name."""
    assert CutoutRequest(PICTURE) == parse_remove(posted(name=name))


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_base64_is_taken_with_and_without_a_data_prefix(prefix: str) -> None:
    """Browsers produce the prefix, everybody else does not."""
    text = prefix + base64.encodebytes(PICTURE).decode()

    assert parse_remove(Inbound(fields=(("image_b64", text),))).source == PICTURE


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (("format", "jpg"), Variant(format=Format.JPG)),
        (("format", "webp"), Variant(format=Format.WEBP)),
        (("format", "jpeg"), Variant(format=Format.JPG)),
        (("format", "JPEG"), Variant(format=Format.JPG)),
        (("format", "WebP"), Variant(format=Format.WEBP)),
        (("channels", "rgb"), Variant(channels=Channels.RGB)),
        (("channels", "alpha"), Variant(channels=Channels.ALPHA)),
        (("channels", "RGB"), Variant(channels=Channels.RGB)),
        (("bg_color", "#f00"), Variant(background=Colour(255, 0, 0))),
        (("size", "full"), Variant(max_side=None)),
        (("size", "preview"), Variant(max_side=256)),
        (("size", "small"), Variant(max_side=512)),
        (("size", "medium"), Variant(max_side=1024)),
        (("size", "large"), Variant(max_side=2048)),
        (("size", "Large"), Variant(max_side=2048)),
        (("size", "hd"), Variant(max_pixels=4_000_000)),
        (("size", "auto"), Variant()),
        (("max_pixels", "1"), Variant(max_pixels=1)),
        (("compression", "small"), Variant(compression=Compression.SMALL)),
        (("crop", "true"), Variant(crop=Crop())),
        (("crop", "False"), Variant(crop=None)),
    ],
)
def test_each_parameter_reaches_the_request(field: tuple[str, str], expected: Variant) -> None:
    """In the body or in the address, a parameter means the same."""
    assert expected == parse_remove(posted(field)).variants[0]
    in_query = Inbound(query=(field,), files=(Upload("", "", "image/png", PICTURE),))
    assert expected == parse_remove(in_query).variants[0]


@pytest.mark.parametrize(
    ("field", "named"),
    [
        (("format", "gif"), "format"),
        (("max_pixels", "0"), "max_pixels"),
        (("max_pixels", "-1"), "max_pixels"),
        (("max_pixels", "1e6"), "max_pixels"),
        (("max_pixels", "٣"), "max_pixels"),
        (("max_pixels", "9" * 5000), "max_pixels"),
        (("channels", "cmyk"), "channels"),
        (("bg_color", "blurple"), "bg_color"),
        (("size", "huge"), "size"),
        (("compression", "zip"), "compression"),
        (("crop", "yes"), "crop"),
        (("crop", ""), "crop"),
        (("colour", "red"), "colour"),
    ],
)
def test_a_bad_value_or_name_is_refused_by_its_name(field: tuple[str, str], named: str) -> None:
    """The refusal names the field, what is taken and what came."""
    with pytest.raises(errors.InvalidParameterError) as caught:
        parse_remove(posted(field))

    assert named == caught.value.field


@pytest.mark.parametrize(
    ("fields", "named", "way_out"),
    [
        ((("channels", "alpha"), ("bg_color", "#fff")), "bg_color", "channels=rgba"),
        ((("format", "jpg"), ("compression", "small")), "compression", "format=png"),
        ((("format", "webp"), ("compression", "small")), "compression", "format=png"),
    ],
)
def test_a_parameter_that_would_do_nothing_is_refused(
    fields: tuple[tuple[str, str], ...], named: str, way_out: str
) -> None:
    """The refusal says what to change."""
    with pytest.raises(errors.InvalidParameterError) as caught:
        parse_remove(posted(*fields))

    assert named == caught.value.field
    assert way_out in caught.value.expected


@pytest.mark.parametrize(
    "fields",
    [
        (("channels", "alpha"), ("format", "jpg")),
        (("format", "jpg"), ("bg_color", "red")),
        (("format", "jpg"), ("compression", "fast")),
    ],
)
def test_parameters_that_do_go_together_are_taken(fields: tuple[tuple[str, str], ...]) -> None:
    """A grey JPEG is a matte, and fast is what a JPEG is anyhow."""
    assert Format.JPG is parse_remove(posted(*fields)).variants[0].format


def test_the_narrower_of_two_caps_on_pixels_counts() -> None:
    """`size=hd` and `max_pixels` are the same ability."""
    wide, narrow = (posted(("size", "hd"), ("max_pixels", text)) for text in ("5000000", "3000000"))

    assert Variant(max_pixels=4_000_000) == parse_remove(wide).variants[0]
    assert Variant(max_pixels=3_000_000) == parse_remove(narrow).variants[0]


def test_a_parameter_given_twice_is_refused() -> None:
    """Which one counts must not be guessed."""
    with pytest.raises(errors.InvalidParameterError, match="several"):
        parse_remove(posted(("size", "small"), ("size", "large")))


def test_a_second_file_under_another_name_is_refused() -> None:
    """A stray file is an unknown parameter like any other."""
    stray = Upload("watermark", "w.png", "image/png", PICTURE)

    with pytest.raises(errors.InvalidParameterError) as caught:
        parse_remove(Inbound(files=(*posted().files, stray)))

    assert caught.value.field == "watermark"


@pytest.mark.parametrize(
    ("inbound", "hint"),
    [
        (Inbound(), "multipart/form-data"),
        (posted(name="photo"), "'photo'"),
        (Inbound(fields=(("image_file", "photo.jpg"),)), "@photo.jpg"),
        (Inbound(fields=(("image_b64", ""),)), "no bytes"),
        (Inbound(files=(Upload("image_file", "a.png", "", b""),)), "no bytes"),
    ],
)
def test_a_request_without_a_picture_is_told_how_to_send_one(inbound: Inbound, hint: str) -> None:
    """Each common mistake has its own advice."""
    with pytest.raises(errors.MissingImageError, match=hint):
        parse_remove(inbound)


def test_two_pictures_are_refused() -> None:
    """Exactly one source."""
    encoded = base64.b64encode(PICTURE).decode()

    with pytest.raises(errors.MultipleImagesError):
        parse_remove(posted(("image_b64", encoded)))


def test_text_that_is_not_base64_is_not_echoed() -> None:
    """What looks like a picture does not go into messages or logs."""
    with pytest.raises(errors.InvalidParameterError) as caught:
        parse_remove(Inbound(fields=(("image_b64", "secret*picture"),)))

    assert "secret" not in str(caught.value)


def test_the_answer_is_the_picture_and_headers_tell_the_rest() -> None:
    """No envelope."""
    answer = present_picture(result(frames=12, rate=RateWindow(20, 19, 1)), Inbound())

    assert (200, "image/webp", b"bytes") == (answer.status, answer.media_type, answer.body)
    assert {
        "X-Image-Width": "40",
        "X-Image-Height": "30",
        "X-Credits-Charged": "1",
        "X-Credits-Remaining": "8.5",
        "X-Model": "disc@0123456789ab",
        "X-Foreground-Left": "1",
        "X-Foreground-Top": "2",
        "X-Foreground-Width": "3",
        "X-Foreground-Height": "4",
        "X-Matte-Confidence": "0.988",
        "X-Matte-Ambiguous-Ratio": "0.025",
        "X-Notice": "only the first of 12 frames was used",
        "RateLimit-Limit": "20",
        "RateLimit-Remaining": "19",
        "RateLimit-Reset": "1",
    } == dict(answer.headers)


def test_a_balance_is_told_in_credits() -> None:
    """The contract's names, and whole credits as integers."""
    answer = present_balance(Balance("org_1", "Demo", 1_000_000, 2_500), Inbound())

    assert {
        "organizationId": "org_1",
        "plan": "Demo",
        "maxCredits": 1000,
        "usedCredits": 2.5,
        "autoRechargeThreshold": None,
    } == json.loads(answer.body)


def test_a_balance_takes_no_parameters() -> None:
    """A stray parameter is a misunderstanding."""
    with pytest.raises(errors.InvalidParameterError):
        parse_balance(Inbound(query=(("account", "1"),)))


def test_presenting_the_wrong_outcome_is_a_defect() -> None:
    """A route wired to another use case fails loudly."""
    with pytest.raises(TypeError):
        present_picture(Balance("a", "b", 1, 1), Inbound())
    with pytest.raises(TypeError):
        present_balance(result(), Inbound())


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-api-key": " k "}, "k"),
        ({"authorization": "Bearer k"}, "k"),
        ({"authorization": "bearer k"}, "k"),
        ({"authorization": "Basic k"}, None),
        ({"authorization": "Bearer "}, None),
        ({"x-api-key": "a", "authorization": "Bearer b"}, "a"),
        ({}, None),
    ],
)
def test_a_key_is_found_in_either_header(headers: dict[str, str], expected: str | None) -> None:
    """`x-api-key` goes first."""
    assert expected == NATIVE.credential(headers)


def leaves(kind: type[errors.ClearcutError]) -> list[type[errors.ClearcutError]]:
    """Every concrete error below a class."""
    below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
    return below or [kind]


def made(kind: type[errors.ClearcutError]) -> errors.ClearcutError:
    """An error of a kind, whatever its constructor takes."""
    arguments: dict[type[errors.ClearcutError], tuple[Any, ...]] = {
        errors.InvalidParameterError: ("size", "a size", "x"),
        errors.MethodNotAllowedError: (("POST",),),
        errors.RateLimitExceededError: (20, 3, 1),
        errors.IdempotencyInProgressError: (2,),
    }
    return kind(*arguments.get(kind, ("details",)))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("kind", leaves(errors.ClearcutError), ids=lambda kind: kind.__name__)
def test_every_error_has_an_answer_in_every_dialect(
    kind: type[errors.ClearcutError], dialect: Dialect
) -> None:
    """No hole: a code that a dialect does not know would become a 500."""
    error = made(kind)

    answer = dialect.present_error(error, REQUEST_ID)
    body = json.loads(answer.body)

    caller_is_wrong = isinstance(error, errors.CallerError)
    assert caller_is_wrong == (400 <= answer.status < 500)
    assert {"code", "message", "request_id"} <= set(body) <= {"code", "message", "details", "request_id"}
    assert body["request_id"] == REQUEST_ID
    wait = error.retry_after_seconds
    assert (None if wait is None else str(wait)) == dict(answer.headers).get("Retry-After")


def test_a_film_is_a_request_that_is_not_valid() -> None:
    """The clients of the contract know that code, and the words say what to send instead."""
    answer = NATIVE.present_error(errors.VideoError(), REQUEST_ID)
    body = json.loads(answer.body)

    assert (400, "validation_error") == (answer.status, body["code"])
    assert "frame" in body["message"]


def test_a_refused_parameter_is_described_for_machines() -> None:
    """An SDK can point at the field."""
    answer = NATIVE.present_error(
        errors.InvalidParameterError("size", "full or small", "x" * 300), REQUEST_ID
    )

    assert {"field": "size", "expected": "full or small", "received": "x" * 100 + "..."} == json.loads(
        answer.body
    )["details"]


def test_the_description_lists_every_parameter() -> None:
    """OpenAPI and the reader share one table, in the body and in the address."""
    (remove, _) = NATIVE.routes
    content = remove.operation["requestBody"]["content"]
    schema = content["multipart/form-data"]["schema"]

    assert {*TEXT_NAMES, *NAMES} == set(schema["properties"])
    assert {"image_b64", *URL_NAMES, *NAMES} == set(content["application/json"]["schema"]["properties"])
    assert {*TEXT_NAMES} == {name for one in schema["oneOf"] for name in one["required"]}
    in_query = [one["name"] for one in remove.operation["parameters"] if one["in"] == "query"]
    assert list(NAMES) == in_query
    assert all(parameter.description for parameter in PARAMETERS)


def test_the_description_lists_every_header_that_a_picture_comes_with() -> None:
    """And the few that the web adds to every answer."""
    (remove, _) = NATIVE.routes
    sent = {
        name for name, _ in present_picture(result(frames=2, rate=RateWindow(20, 19, 1)), Inbound()).headers
    }
    added = {"X-Request-ID", "X-Processing-Time-Ms", "Server-Timing", "Idempotency-Replayed"}

    assert sent | added == set(remove.operation["responses"]["200"]["headers"])


def test_the_description_lists_the_headers_of_refusals() -> None:
    """Clients that wait find out for how long."""
    (remove, _) = NATIVE.routes
    for kind in (errors.RateLimitExceededError, errors.OverloadedError, errors.IdempotencyInProgressError):
        answer = NATIVE.present_error(made(kind), REQUEST_ID)
        described = set(remove.operation["responses"][str(answer.status)]["headers"])
        assert {name for name, _ in answer.headers} | {"X-Request-ID", "X-Processing-Time-Ms"} == described
