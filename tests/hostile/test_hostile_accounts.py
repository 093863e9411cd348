"""What one account has is nothing to another, and what was signed cannot be changed."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.hostile.pictures import plain
from tests.hostile.probes import Message, field_part, file_part, form
from tests.hostile.service import Service

UPLOAD, PROCESS = "/v3/remove-bg/upload-image/", "/v3/remove-bg/process-image/"
JSON = "application/json"
PRIVATE = (
    "http://127.0.0.1:1/a.png",
    "http://169.254.169.254/latest/",
    "http://[::1]/",
    "file:///etc/passwd",
)


def kept(service: Service) -> str:
    """The id of a picture that the account has uploaded."""
    sent = Message(form(file_part(plain("JPEG"), "image")), target=UPLOAD)
    return str(service.send(sent).content["unique_filename"])


def in_json(target: str, **content: object) -> Message:
    """A JSON body."""
    return Message(json.dumps(content).encode(), JSON, target=target)


def looked_at(target: str, method: str = "GET") -> Message:
    """A request without a body."""
    return Message(content_type=None, method=method, target=target)


def test_uploads_are_their_accounts_own_in_every_dialect(service: Service) -> None:
    """By whatever route their ids are tried."""
    upload_id = kept(service)
    tries = (
        in_json("/v1/remove", upload_id=upload_id),
        in_json(PROCESS, unique_filename=upload_id),
    )

    assert [200, 200] == [service.send(each).status for each in tries]
    assert [404, 404] == [service.stranger.send(each).status for each in tries]


def test_jobs_are_their_accounts_own_in_every_dialect(service: Service) -> None:
    """Nobody else sees one, by its own dialect's address or by another's, nor ends it."""
    job = service.send(Message(form(file_part(plain("JPEG"))), target="/v1/jobs")).content["id"]
    address = f"/v1/jobs/{job}"
    others = (address, f"/api/tasks/visual/segmentation/{job}", f"/v1/generation-request/{job}/status/")

    assert {404} == {service.stranger.send(looked_at(other)).status for other in others}
    assert 404 == service.stranger.send(looked_at(address, "DELETE")).status
    assert {404} == {service.send(looked_at(other)).status for other in others[1:]}
    assert 200 == service.send(looked_at(address)).status


def test_a_token_does_one_thing_once(service: Service) -> None:
    """Damaged, sent elsewhere, or used again it opens nothing."""
    token = service.send(in_json(f"{UPLOAD}presign/")).content["signed_request"]
    header, body, signature = token.split(".")
    other = "A" if body[9] != "A" else "B"
    forged = (
        "",
        f"{header}.{body}.",
        f"{header}.{body[:9]}{other}{body[10:]}.{signature}",
        f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.",
        f"{token}=",
        f"{token}\0",
    )

    def used(text: str, target: str = f"{UPLOAD}presigned/") -> int:
        sent = form(field_part("signed_request", text), file_part(plain("JPEG"), "image"))
        return service.send(Message(sent, target=target, authorised=False)).status

    assert {401} == {used(text) for text in forged}
    elsewhere = in_json(f"{PROCESS}presigned/", signed_request=token)
    assert 401 == service.send(replace(elsewhere, authorised=False)).status
    assert [200, 401] == [used(token), used(token)]


@pytest.mark.parametrize("field", ["max-bytes", "Content-Type", "expires", "signature", "address"])
def test_a_signed_form_takes_what_was_signed_and_nothing_else(service: Service, field: str) -> None:
    """Every one of its terms, and its address, is covered by the signature."""
    ticket = service.send(in_json("/v1/uploads", content_type="image/jpeg", bytes=5000)).content
    path, fields = urlsplit(ticket["url"]).path, dict(ticket["fields"])

    def sent(path: str, fields: dict[str, str]) -> int:
        parts = [field_part(name, text) for name, text in fields.items()]
        message = Message(form(*parts, file_part(plain("JPEG"), "file")), target=path, authorised=False)
        return service.send(message).status

    tampered = {name: f"{text}0" if name == field else text for name, text in fields.items()}
    assert 403 == sent(f"{path}0" if field == "address" else path, tampered)
    assert 204 == sent(path, fields)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_field_leads_into_the_house(service: Service, address: str) -> None:
    """Refused at once where the answer is the picture, and as the job's failure where it comes later."""
    refused = (
        in_json("/v1/remove", image_url=address),
        in_json("/v1.0/removebg", image_url=address),
        in_json("/v1/jobs", image_b64="aGk=", webhook_url=address),
        looked_at(f"/api/remove?url={address}"),
        Message(form(field_part("bg_image_url", address), file_part(plain("JPEG"))), target="/v1/remove"),
        Message(form(field_part("bg_image_url", address), file_part(plain("JPEG"))), target="/v1.0/removebg"),
    )

    assert {400} == {service.send(each).status for each in refused}
