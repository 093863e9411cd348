"""The native dialect: parameters in, refusals and headers out; no server."""

import base64
import io
import json
import zipfile
from dataclasses import replace

import pytest

from handler.dialects.base import Inbound, Upload
from handler.dialects.native import NATIVE
from handler.dialects.native.balance import parse_balance, present_balance
from handler.dialects.native.pictures import present_remove
from handler.dialects.native.request import NAMES, SOURCE, parse_remove
from handler.dialects.native.table import EVERY
from handler.dialects.native.variants import SCENE
from handler.dialects.reading.parameter import names_of
from handler.domain import errors
from handler.domain.account import Hold
from handler.domain.image import Box
from handler.domain.rate import RateWindow
from handler.domain.request import CutoutRequest, Delivery, Format
from handler.domain.result import Balance, CutoutResult, Estimate, Rendering, Timing

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
        review="touches_border",
        type="person",
    )
    return CutoutResult((rendering,), Hold("h", "a", REQUEST_ID, 1000, 8500, 0, rate))


@pytest.mark.parametrize("name", ["image_file", "file", ""])
def test_the_picture_may_come_under_each_documented_name(name: str) -> None:
    """`image_file` is documented, `file` is what a newer client sends, a raw body has no name."""
    assert CutoutRequest(PICTURE, delivery=Delivery.LADDER) == parse_remove(posted(name=name))


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_base64_is_taken_with_and_without_a_data_prefix(prefix: str) -> None:
    """Browsers produce the prefix, everybody else does not."""
    text = prefix + base64.encodebytes(PICTURE).decode()

    assert parse_remove(Inbound(fields=(("image_b64", text),))).source == PICTURE


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
    answer = present_remove(result(frames=12, rate=RateWindow(20, 19, 1)), Inbound())

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
        "X-Review": "touches_border",
        "X-Type": "person",
        "X-Notice": "only the first of 12 frames was used",
        "RateLimit-Limit": "20",
        "RateLimit-Remaining": "19",
        "RateLimit-Reset": "1",
    } == dict(answer.headers)


def test_json_holds_the_picture_or_says_where_it_is() -> None:
    """And everything that headers tell of it."""
    inbound, made = Inbound(query=(("response", "json"),)), result()
    link = replace(made.rendering, body=b"", link="https://files/1", size_bytes=5)

    held = json.loads(present_remove(made, inbound).body)
    linked = json.loads(present_remove(replace(made, renderings=(link,)), inbound).body)

    assert base64.b64decode(held.pop("result_b64")) == b"bytes"
    assert linked.pop("result_url") == "https://files/1"
    assert linked == held
    assert {
        "name": "default",
        "media_type": "image/webp",
        "bytes": 5,
        "width": 40,
        "height": 30,
        "foreground": {"top": 2, "left": 1, "width": 3, "height": 4},
        "model": "disc@0123456789ab",
        "matte_confidence": 0.988,
        "matte_ambiguous_ratio": 0.025,
        "review": "touches_border",
        "type": "person",
        "credits_charged": 1,
        "credits_remaining": 8.5,
        "cached": False,
    } == held


def test_a_picture_that_the_answer_cannot_carry_is_led_to() -> None:
    """303, and the charge is told all the same."""
    made = result()
    link = replace(made.rendering, body=b"", link="https://files/1", size_bytes=5)

    answer = present_remove(replace(made, renderings=(link,)), Inbound())

    assert (303, "https://files/1") == (answer.status, dict(answer.headers)["Location"])
    assert json.loads(answer.body)["result_url"] == "https://files/1"
    assert dict(answer.headers)["X-Credits-Charged"] == "1"


def test_variants_come_as_a_zip_of_their_names() -> None:
    """Or as a list of links, where JSON is wanted or the zip would be too large."""
    asked, made = Inbound(fields=(("variants", "[]"),)), result()
    two = (replace(made.rendering, name="a"), replace(made.rendering, name="b", format=Format.JPG))

    answer = present_remove(replace(made, renderings=two), asked)
    linked = tuple(replace(one, body=b"", link=f"https://files/{one.name}") for one in two)
    listed = json.loads(present_remove(replace(made, renderings=linked), asked).body)

    assert answer.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert ["a.webp", "b.jpg"] == archive.namelist()
        assert archive.read("b.jpg") == b"bytes"
    assert ["https://files/a", "https://files/b"] == [one["result_url"] for one in listed["results"]]


def test_an_estimate_is_told_in_credits() -> None:
    """Nothing was done."""
    answer = present_remove(Estimate(1000, 40, 30, cached=True), Inbound())

    assert {"credits": 1, "width": 40, "height": 30, "cached": True} == json.loads(answer.body)


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
        present_remove(Balance("a", "b", 1, 1), Inbound())
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
    remove = NATIVE.routes[0]
    content = remove.operation["requestBody"]["content"]
    schema = content["multipart/form-data"]["schema"]

    sources = {*SOURCE.files, *SOURCE.of_texts}
    assert {*sources, *NAMES} == set(schema["properties"])
    in_json = set(content["application/json"]["schema"]["properties"])
    assert {*SOURCE.of_texts, *SCENE.urls, *names_of(EVERY)} == in_json
    assert sources == {name for one in schema["oneOf"] for name in one["required"]}
    in_query = [one["name"] for one in remove.operation["parameters"] if one["in"] == "query"]
    assert list(names_of(EVERY)) == in_query
    assert all(parameter.description for parameter in EVERY)


def test_the_description_lists_every_header_that_a_picture_comes_with() -> None:
    """And the few that the web adds to every answer."""
    remove = NATIVE.routes[0]
    sent = {
        name for name, _ in present_remove(result(frames=2, rate=RateWindow(20, 19, 1)), Inbound()).headers
    }
    added = {
        "X-Request-ID",
        "X-Processing-Time-Ms",
        "Server-Timing",
        "X-Cache",
        "ETag",
        "Idempotency-Replayed",
    }

    assert sent | added == set(remove.operation["responses"]["200"]["headers"])


def test_the_description_lists_the_headers_of_refusals() -> None:
    """Clients that wait find out for how long."""
    remove = NATIVE.routes[0]
    for error in (
        errors.RateLimitExceededError(20, 3, 1),
        errors.OverloadedError(),
        errors.IdempotencyInProgressError(2),
    ):
        answer = NATIVE.present_error(error, REQUEST_ID)
        described = set(remove.operation["responses"][str(answer.status)]["headers"])
        assert {name for name, _ in answer.headers} | {"X-Request-ID", "X-Processing-Time-Ms"} == described
