"""BackgroundCut's clients: upload, process into variants, with a key or with single-use tokens."""

import base64
import io
import uuid
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded

UPLOAD, PROCESS = "/v3/remove-bg/upload-image/", "/v3/remove-bg/process-image/"
PICTURE = encoded(np.full((60, 80, 3), (200, 30, 40), np.uint8), "jpeg", quality=95)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model."""
    return build(Settings(home=tmp_path), model=FakeModel())


@pytest.fixture
def headers(key: str) -> dict[str, str]:
    """How the vendor's clients show a key."""
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def filename(client: TestClient, headers: dict[str, str]) -> str:
    """The name of an uploaded picture."""
    answer = client.post(UPLOAD, headers=headers, files={"image": PICTURE})
    assert 200 == answer.status_code, answer.text
    name: str = answer.json()["unique_filename"]
    return name


def process(
    client: TestClient, headers: dict[str, str], filename: str, *variants: dict[str, Any]
) -> httpx2.Response:
    """Ask for some variants; none is one of all defaults."""
    body: dict[str, Any] = {"unique_filename": filename}
    return client.post(
        PROCESS, headers=headers, json=body | ({"output_variants": list(variants)} if variants else {})
    )


def made(client: TestClient, headers: dict[str, str], filename: str, **variant: object) -> Image.Image:
    """The picture that one variant becomes."""
    answer = process(client, headers, filename, variant)
    assert 200 == answer.status_code, answer.text
    (url,) = answer.json()["output_urls"].values()
    return Image.open(io.BytesIO(client.get(url).content))


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """Status and sentence, which are the whole of an error."""
    content = answer.json()
    assert {"detail"} == set(content)
    assert isinstance(content["detail"], str)
    return answer.status_code, content["detail"]


def test_an_upload_is_named_by_a_uuid(filename: str) -> None:
    """As the vendor's are."""
    assert str(uuid.UUID(filename)) == filename


def test_a_picture_without_wishes_becomes_one_png(
    client: TestClient, headers: dict[str, str], key: str, filename: str
) -> None:
    """Named default, at an address that needs no key, for one credit; the input is there as well."""
    answer = process(client, headers, filename)
    content = answer.json()

    assert {"unique_filename", "input_url", "output_urls"} == set(content)
    assert (filename, ["default"]) == (content["unique_filename"], list(content["output_urls"]))
    url = content["output_urls"]["default"]
    assert url.partition("?")[0].endswith("/default.png")
    picture = Image.open(io.BytesIO(client.get(url).content))
    assert ("PNG", "RGBA", (80, 60)) == (picture.format, picture.mode, picture.size)
    assert PICTURE == client.get(content["input_url"]).content
    assert (1, "1") == (used(client, key), answer.headers["x-credits-charged"])


def test_variants_share_one_charge(
    client: TestClient, headers: dict[str, str], key: str, filename: str
) -> None:
    """And half a credit is added for each that is cropped."""
    answer = process(
        client,
        headers,
        filename,
        {"variant_name": "full"},
        {"variant_name": "thumb", "max_resolution": 1200, "format": "webp"},
        {"variant_name": "tight", "autocrop": True},
        {"variant_name": "tighter", "autocrop": True, "quality": "low"},
    )

    urls = answer.json()["output_urls"]
    assert {"full": ".png", "thumb": ".webp", "tight": ".png", "tighter": ".png"} == {
        name: Path(url.partition("?")[0]).suffix for name, url in urls.items()
    }
    assert 2 == used(client, key)


def test_every_option_shows_in_the_picture(
    client: TestClient, headers: dict[str, str], filename: str
) -> None:
    """Most pixels, format, colour, and the bounds of the subject."""
    small = made(client, headers, filename, max_resolution=1200)
    blue = made(client, headers, filename, background_color="#0000FF")
    flat = made(client, headers, filename, format="jpg", background_color="#ffffff")
    cropped = made(client, headers, filename, autocrop=True)

    assert (40, 30) == small.size
    assert (0, 0, 255, 255) == blue.getpixel((0, 0))
    assert ("JPEG", "RGB") == (flat.format, flat.mode)
    assert cropped.width < 80
    assert cropped.height < 60


def test_compression_matters_to_what_is_lossy(
    client: TestClient, headers: dict[str, str], filename: str
) -> None:
    """And a PNG takes no notice."""

    def size(**variant: object) -> int:
        (url,) = process(client, headers, filename, variant).json()["output_urls"].values()
        return len(client.get(url).content)

    assert size(format="webp", output_compression=5) < size(format="webp", output_compression=95)
    assert size(output_compression=5) == size(output_compression=95)


@pytest.mark.parametrize(
    ("variant", "named"),
    [
        ({"format": "gif"}, "format"),
        ({"format": "jpg"}, "background_color"),
        ({"format": "jpg", "background_color": None}, "background_color"),
        ({"background_color": "bluish"}, "background_color"),
        ({"background_color": 7}, "background_color"),
        ({"quality": "best"}, "quality"),
        ({"max_resolution": 0}, "max_resolution"),
        ({"max_resolution": "many"}, "max_resolution"),
        ({"max_resolution": True}, "max_resolution"),
        ({"output_compression": 101}, "output_compression"),
        ({"output_compression": 0}, "output_compression"),
        ({"autocrop": "yes"}, "autocrop"),
        ({"variant_name": ""}, "variant_name"),
        ({"variant_name": "../up"}, "variant_name"),
        ({"variant_name": 3}, "variant_name"),
    ],
)
def test_a_bad_option_is_named_and_costs_nothing(
    client: TestClient, headers: dict[str, str], key: str, filename: str, variant: dict[str, Any], named: str
) -> None:
    """With 400, for there is no 422."""
    status, detail = refusal(process(client, headers, filename, variant))

    assert (400, True) == (status, named in detail)
    assert 0 == used(client, key)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unique_filename": ""},
        {"output_variants": [{}]},
        {"unique_filename": "x", "output_variants": {}},
        {"unique_filename": "x", "output_variants": []},
        {"unique_filename": "x", "output_variants": ["full"]},
        {"unique_filename": "x", "output_variants": [{}] * 21},
        {"unique_filename": "x", "output_variants": [{}, {}]},
    ],
)
def test_a_body_of_another_form_is_400(
    client: TestClient, headers: dict[str, str], body: dict[str, Any]
) -> None:
    """Names given twice among them."""
    assert 400 == refusal(client.post(PROCESS, headers=headers, json=body))[0]


def test_a_body_that_does_not_say_that_it_is_json_is_400(
    client: TestClient, headers: dict[str, str], filename: str
) -> None:
    """As the vendor demands."""
    answer = client.post(PROCESS, headers=headers, data={"unique_filename": filename})
    broken = client.post(
        PROCESS, headers=headers | {"Content-Type": "application/json"}, content=b'{"unique_filename":'
    )

    assert "Content-Type" in refusal(answer)[1]
    assert 400 == refusal(broken)[0]


@pytest.mark.parametrize("name", ["unknown", str(uuid.UUID(int=0)), "../../etc/passwd"])
def test_a_picture_that_is_not_there_is_404(client: TestClient, headers: dict[str, str], name: str) -> None:
    """Whatever its name looks like."""
    assert 404 == refusal(process(client, headers, name))[0]


def test_another_accounts_picture_is_not_there(client: TestClient, service: Service, filename: str) -> None:
    """Though its name is known."""
    stranger = {"Authorization": f"Bearer {new_key(service)}"}

    assert 404 == refusal(process(client, stranger, filename))[0]


@pytest.mark.parametrize("data", [b"no picture", b""])
def test_an_upload_that_is_no_picture_is_400(
    client: TestClient, headers: dict[str, str], data: bytes
) -> None:
    """In a sentence."""
    assert 400 == refusal(client.post(UPLOAD, headers=headers, files={"image": data}))[0]


@pytest.mark.parametrize("path", [UPLOAD, f"{UPLOAD}presign/", PROCESS, f"{PROCESS}presign/"])
def test_without_a_key_there_is_401(client: TestClient, path: str) -> None:
    """On every call that asks for one."""
    assert 401 == refusal(client.post(path, json={}))[0]


def test_too_few_credits_are_told_in_the_vendors_words(
    client: TestClient, service: Service, filename: str
) -> None:
    """With decimals."""
    account_id = service.books.bookkeeping.create_account("poor")
    _, secret = service.books.keys.create(account_id, "poor")
    poor = {"Authorization": f"Bearer {secret}"}
    name = client.post(UPLOAD, headers=poor, files={"image": PICTURE}).json()["unique_filename"]

    assert (402, "Insufficient credits. Required: 1.0, available: 0.0") == refusal(
        process(client, poor, name)
    )


def test_a_token_uploads_once(client: TestClient, headers: dict[str, str]) -> None:
    """Without a key; the second time it is worth nothing."""
    ticket = client.post(f"{UPLOAD}presign/", headers=headers).json()
    first, second = (
        client.post(f"{UPLOAD}presigned/", params=ticket, files={"image": PICTURE}) for _ in range(2)
    )

    assert {"signed_request"} == set(ticket)
    assert 3 == len(ticket["signed_request"].split("."))
    assert 200 == process(client, headers, first.json()["unique_filename"]).status_code
    assert 401 == refusal(second)[0]


def test_a_token_processes_what_it_was_issued_for(
    client: TestClient, headers: dict[str, str], key: str, filename: str
) -> None:
    """Once, on the issuer's account, and nothing that the bearer adds."""
    wanted = {"unique_filename": filename, "output_variants": [{"variant_name": "own", "format": "webp"}]}
    ticket = client.post(f"{PROCESS}presign/", headers=headers, json=wanted).json()
    more = {"output_variants": [{"variant_name": "more"}] * 5}
    first, second = (client.post(f"{PROCESS}presigned/", json=ticket | more) for _ in range(2))

    assert (filename, ["own"]) == (first.json()["unique_filename"], list(first.json()["output_urls"]))
    assert 401 == refusal(second)[0]
    assert 1 == used(client, key)


def test_a_token_in_the_address_is_looked_at_before_the_body(
    client: TestClient, headers: dict[str, str]
) -> None:
    """Nobody sends 20 MB to learn that it is wrong, nor loses a good one by a broken body."""
    path, json_type = f"{UPLOAD}presigned/", {"Content-Type": "application/json"}
    ticket = client.post(f"{UPLOAD}presign/", headers=headers).json()
    refused, broken = (
        client.post(path, params={"signed_request": token}, content=b"-", headers=json_type)
        for token in ("a.b.c", ticket["signed_request"])
    )

    assert 401 == refusal(refused)[0]
    assert 400 == refusal(broken)[0]
    assert 200 == client.post(path, params=ticket, files={"image": PICTURE}).status_code


def test_a_token_opens_no_other_door(client: TestClient, headers: dict[str, str]) -> None:
    """One for uploads does not process."""
    ticket = client.post(f"{UPLOAD}presign/", headers=headers).json()

    assert 401 == refusal(client.post(f"{PROCESS}presigned/", json=ticket))[0]
    assert 401 == refusal(client.post(f"{UPLOAD}presigned/", files={"image": PICTURE}))[0]


def test_a_token_is_not_issued_for_what_would_be_refused(client: TestClient, headers: dict[str, str]) -> None:
    """The mistake shows while its maker can still mend it."""
    answer = client.post(
        f"{PROCESS}presign/",
        headers=headers,
        json={"unique_filename": "x", "output_variants": [{"format": "jpg"}]},
    )

    assert 400 == refusal(answer)[0]


@pytest.mark.parametrize("path", ["/v3/generate-ai-background/", "/v3/inpaint/"])
def test_what_is_coming_soon_is_not_here_either(
    client: TestClient, headers: dict[str, str], path: str
) -> None:
    """With 501."""
    assert 501 == refusal(client.post(path, headers=headers, json={}))[0]


def test_a_path_without_its_slash_is_the_same(client: TestClient, headers: dict[str, str]) -> None:
    """And no redirect that would lose the body."""
    answer = client.post(UPLOAD[:-1], headers=headers, files={"image": PICTURE}, follow_redirects=False)

    assert 200 == answer.status_code


def test_unknown_keys_are_named_and_ignored(
    client: TestClient, headers: dict[str, str], filename: str
) -> None:
    """As the contract leaves room for."""
    answer = client.post(PROCESS, headers=headers, json={"unique_filename": filename, "shade": "none"})

    assert (200, "shade") == (answer.status_code, answer.headers["x-ignored-parameters"])


def test_unknown_keys_of_a_variant_are_named_too(
    client: TestClient, headers: dict[str, str], filename: str
) -> None:
    """With where they stand; beside a token, whatever is sent means nothing."""
    answer = process(client, headers, filename, {"shade": "none", "format": "webp"})
    ticket = client.post(f"{PROCESS}presign/", headers=headers, json={"unique_filename": filename}).json()
    granted = client.post(f"{PROCESS}presigned/", json=ticket | {"output_variants": [{}]})

    assert "output_variants[].shade" == answer.headers["x-ignored-parameters"]
    assert "output_variants" == granted.headers["x-ignored-parameters"]


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_ticket_needs_no_body(client: TestClient, headers: dict[str, str], kind: str) -> None:
    """Whatever type a library names for the nothing that it sends."""
    answer = client.post(f"{UPLOAD}presign/", headers=headers | {"Content-Type": kind})

    assert 200 == answer.status_code


@pytest.mark.parametrize("scheme", ["", "Token ", "Bearer "])
def test_the_short_calls_answer_with_the_picture(client: TestClient, key: str, scheme: str) -> None:
    """Of v2 and of v1, whose clients write the key in ways of their own, for a credit each."""
    headers = {"Authorization": f"{scheme}{key}"}
    newer = client.post("/v2/cut/", headers=headers, files={"image_file": PICTURE})
    older = client.post("/api/v1/cut/", headers=headers, files={"file": PICTURE}, data={"quality": "High"})

    assert [200, 200] == [newer.status_code, older.status_code]
    assert ["image/png"] * 2 == [answer.headers["content-type"] for answer in (newer, older)]
    assert (80, 60) == Image.open(io.BytesIO(newer.content)).size
    assert 2 == used(client, key)


def test_every_option_of_the_short_calls_shows(client: TestClient, headers: dict[str, str]) -> None:
    """Format and its grade, channels, most pixels, base64; what is unknown is named."""

    def cut(**fields: str) -> httpx2.Response:
        body = {"image_file_b64": base64.b64encode(PICTURE).decode(), **fields}
        return client.post("/v2/cut/", headers=headers, data=body)

    matte, small = cut(channels="alpha"), cut(max_resolution="1200", return_type="WEBP")
    coarse, fine = cut(return_type="WEBP_5"), cut(return_type="webp_100", shade="1")
    v1 = client.post(
        "/api/v1/cut/",
        headers=headers,
        files={"file": PICTURE},
        data={"return_format": "WEBP", "quality": "Low"},
    )

    assert "L" == Image.open(io.BytesIO(matte.content)).mode
    opened = Image.open(io.BytesIO(small.content))
    assert ("WEBP", (40, 30)) == (opened.format, opened.size)
    assert len(coarse.content) < len(fine.content)
    assert "shade" == fine.headers["x-ignored-parameters"]
    assert "image/webp" == v1.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "fields", "named"),
    [
        ("/v2/cut/", {"return_type": "WEBP_101"}, "return_type"),
        ("/v2/cut/", {"channels": "rgb"}, "channels"),
        ("/v2/cut/", {"quality": "best"}, "quality"),
        ("/v2/cut/", {"max_resolution": "0"}, "max_resolution"),
        ("/v2/cut/", {"image_file": ""}, "image_file"),
        ("/api/v1/cut/", {"return_format": "WEBP_50"}, "return_format"),
        ("/api/v1/cut/", {}, "file_url"),
    ],
)
def test_a_bad_value_of_a_short_call_is_400(
    client: TestClient, headers: dict[str, str], path: str, fields: dict[str, str], named: str
) -> None:
    """In a sentence that names it."""
    status, detail = refusal(client.post(path, headers=headers, data=fields))

    assert (400, True) == (status, named in detail)


@pytest.mark.parametrize("shown", ["Basic x", "Token", "Bearer"])
def test_another_scheme_is_no_key(client: TestClient, shown: str) -> None:
    """Nor is a scheme alone."""
    assert 401 == refusal(client.post("/v2/cut/", headers={"Authorization": shown}))[0]
