"""What every object store promises."""

from tests.backends import Backend


def test_bytes_come_back_as_they_were_put(backend: Backend) -> None:
    """Under names with folders, and the later put stands."""
    backend.objects.put("answers/org_a/1", b"old", "image/png")
    backend.objects.put("answers/org_a/1", b"\x00new", "image/png")
    backend.objects.put("answers/org_a/2", b"", "image/png")

    assert backend.objects.get("answers/org_a/1") == b"\x00new"
    assert backend.objects.get("answers/org_a/2") == b""


def test_what_is_not_there_is_none(backend: Backend) -> None:
    """Never put, or deleted once or twice."""
    backend.objects.put("answers/1", b"x", "image/png")
    backend.objects.delete("answers/1")
    backend.objects.delete("answers/1")

    assert backend.objects.get("answers/1") is None
    assert backend.objects.get("answers/2") is None
