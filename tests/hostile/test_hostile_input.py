"""Bad input of every kind: refused in the native form, free of charge, and the server lives on."""

import http.client
from functools import partial

import pytest

from tests.hostile import bad_bodies, bad_parameters, bad_pictures, bad_requests
from tests.hostile.mutations import message
from tests.hostile.pictures import (
    PLAIN_FORMATS,
    flipped,
    gif_of_many_frames,
    plain,
    png_of_zeros,
    png_with_swelling_profile,
    png_with_swelling_text,
)
from tests.hostile.probes import Message, Probe, upload
from tests.hostile.service import Service
from tests.hostile.verdicts import MOST_MEMORY_MB, check_answered_or_refused, check_any_refusal, check_refused

SEEDS = range(12)
SWOLLEN = {
    "gif of 100,000 frames": partial(gif_of_many_frames, 100_000),
    "png with a gigabyte of comment": partial(png_with_swelling_text, 1024),
    "png with a gigabyte of profile": partial(png_with_swelling_profile, 1024),
}


def each(probes: dict[str, Probe]) -> pytest.MarkDecorator:
    """One test case a probe, called by its name."""
    return pytest.mark.parametrize("probe", probes.values(), ids=list(probes))


@each(dict(bad_pictures.PROBES))
def test_a_bad_picture_is_refused_free_of_charge(service: Service, probe: Probe) -> None:
    """Empty, cut, mislabelled, too large or made to swell: a 400 that says which."""
    check_refused(service, probe)


@each(dict(bad_bodies.PROBES))
def test_a_broken_body_is_refused_free_of_charge(service: Service, probe: Probe) -> None:
    """A body that is not what its content type says costs nothing, however it is broken."""
    check_refused(service, probe)


@each(dict(bad_parameters.PROBES))
def test_a_senseless_parameter_is_refused_free_of_charge(service: Service, probe: Probe) -> None:
    """An unknown, repeated or impossible parameter is refused and not guessed at."""
    check_refused(service, probe)


@each(dict(bad_requests.PROBES))
def test_a_request_to_nowhere_or_from_nobody_is_refused(service: Service, probe: Probe) -> None:
    """Wrong address, method or key: the same shape as any other refusal."""
    check_refused(service, probe)


@pytest.mark.parametrize("format_name", PLAIN_FORMATS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_picture_is_answered_or_refused(service: Service, format_name: str, seed: int) -> None:
    """Turned bits may spare the picture; they never break the server or the books."""
    used = service.used_credits()
    reply = service.send(upload(flipped(plain(format_name), seed)))
    check_answered_or_refused(service, f"{format_name} {seed}", reply, used)


def test_random_damage_of_any_kind_is_answered_or_refused(service: Service) -> None:
    """The first messages of `make fuzz`: no answer of theirs may be the server's fault."""
    for seed in range(80):
        reply = service.send(message(seed))
        if reply.status != 200:
            check_any_refusal(reply)

    assert service.is_healthy()
    assert service.memory.peak_mb < MOST_MEMORY_MB


@pytest.mark.parametrize("name", SWOLLEN)
def test_what_swells_beside_the_picture_is_left_alone(service: Service, name: str) -> None:
    """Frames, comments and profiles are bounded or never unpacked, whether or not the picture is taken."""
    used = service.used_credits()
    reply = service.send(upload(SWOLLEN[name]()))
    check_answered_or_refused(service, name, reply, used)


@pytest.mark.parametrize(("depth", "colour"), [(8, 2), (8, 6), (16, 2), (16, 6), (8, 0), (16, 0)])
def test_the_largest_picture_fits_into_memory(service: Service, depth: int, colour: int) -> None:
    """What unpacks to 50 megapixels from kilobytes stays under the bound in every form of pixel."""
    used = service.used_credits()
    picture = png_of_zeros(10_000, 5_000, depth=depth, colour=colour)
    reply = service.send(upload(picture, [("size", "preview")]))
    check_answered_or_refused(service, f"{depth} bits, colour {colour}", reply, used)


@pytest.mark.parametrize("request_bytes", bad_requests.WIRE.values(), ids=list(bad_requests.WIRE))
def test_what_is_no_http_leaves_the_server_alive(service: Service, request_bytes: bytes) -> None:
    """Below HTTP the server may answer, refuse or hang up, and answers the next caller."""
    used = service.used_credits()
    answer = service.send_bytes(request_bytes)

    assert not answer or answer.split(b" ", 2)[1][:1] in {b"2", b"4"}, answer[:200]
    assert used == service.settled_credits(used)
    assert service.is_healthy()


def test_a_caller_who_hangs_up_costs_nothing(service: Service) -> None:
    """A connection that closes in the middle of its body leaves no charge and no held credit."""
    used = service.used_credits()
    for _ in range(5):
        message = upload(plain("PNG"))
        connection = http.client.HTTPConnection("127.0.0.1", service.port)
        connection.putrequest("POST", message.target)
        connection.putheader("x-api-key", service.key)
        connection.putheader("Content-Type", message.content_type or "")
        connection.putheader("Content-Length", str(len(message.body) + 100))
        connection.endheaders(message.body)
        connection.close()

    assert used == service.settled_credits(used)
    assert service.is_healthy()


def test_a_good_picture_is_still_answered_after_all_that(service: Service) -> None:
    """The server that refused everything still works, charges one credit, and kept its memory."""
    used = service.used_credits()
    reply = service.send(upload(plain("JPEG")))

    assert 200 == reply.status
    assert used + 1 == service.settled_credits(used + 1)
    assert service.memory.peak_mb < MOST_MEMORY_MB


def test_a_head_request_has_the_status_of_its_get(service: Service) -> None:
    """Nothing may stand in the body of an answer to HEAD."""
    reply = service.send(Message(method="HEAD", target="/v1/remove", content_type=None))

    assert (405, b"") == (reply.status, reply.body)
