"""What every object store promises."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest

from handler.bootstrap.service import build
from handler.domain.keeping import KEEPINGS, PostForm
from handler.ports import ObjectStore
from handler.settings import Settings
from handler.stores.aws.objects import AwsObjects
from handler.stores.local.addresses import Addresses
from handler.stores.local.objects import LocalObjects
from handler.stores.local.secret import LocalSecret
from tests.backends import open_aws, open_local, s3_client
from tests.fakes import FakeModel
from tests.serving import served
from tools.listening import free_port

# Moto looks neither at signatures nor at what they bind, so it cannot show that anything is refused.
strict = pytest.mark.parametrize("endpoint", ["sqlite", "ministack"], indirect=True)

# Neither stand-in looks at a form's signature, nor asks for one where an address has none.
ours = pytest.mark.parametrize("endpoint", ["sqlite"], indirect=True)


@pytest.fixture
def objects(endpoint: str, tmp_path: Path) -> Iterator[ObjectStore]:
    """A store that holds nothing yet, whose addresses are answered."""
    if endpoint:
        yield open_aws(endpoint).objects
        return
    port = free_port()
    service = build(Settings(home=tmp_path, port=port, max_bytes=100_000), model=FakeModel())
    with served(service, port):
        yield open_local(tmp_path, f"http://127.0.0.1:{port}").objects


def posted(form: PostForm, data: bytes, **changed: str) -> int:
    """The status of sending a form, some of its fields changed."""
    fields: Mapping[str, str] = {**dict(form.fields), **changed}
    return httpx2.post(form.url, data=fields, files={"file": ("x", data)}).status_code


def test_bytes_come_back_as_they_were_put(objects: ObjectStore) -> None:
    """Under names with folders, and the later put stands."""
    objects.put("answers/org_a/1", b"old", "image/png")
    objects.put("answers/org_a/1", b"\x00new", "image/png")
    objects.put("answers/org_a/2", b"", "image/png")

    assert (b"\x00new", 4) == (objects.get("answers/org_a/1"), objects.size("answers/org_a/1"))
    assert (b"", 0) == (objects.get("answers/org_a/2"), objects.size("answers/org_a/2"))


def test_what_is_not_there_is_none(objects: ObjectStore) -> None:
    """Never put, or deleted once or twice."""
    objects.put("answers/1", b"x", "image/png")
    objects.delete("answers/1")
    objects.delete("answers/1")
    objects.forget_expired()

    assert (None, None) == (objects.get("answers/1"), objects.size("answers/1"))
    assert (None, None) == (objects.get("answers/2"), objects.size("answers/2"))


@pytest.mark.parametrize("name", ["", "x", "answers", "answers/", "other/1", "/answers/1", "answers/../1"])
def test_a_name_that_is_none_is_a_defect(objects: ObjectStore, name: str) -> None:
    """Nothing is kept that no rule removes, or outside of what is the store's."""
    for use in (
        lambda: objects.put(name, b"", ""),
        lambda: objects.get(name),
        lambda: objects.size(name),
        lambda: objects.delete(name),
        lambda: objects.link(name, 60, "x", "image/png"),
        lambda: objects.form(name, 1, "image/png", 60),
    ):
        with pytest.raises(ValueError, match="no object name"):
            use()


@pytest.mark.parametrize("prefix", list(KEEPINGS))
def test_what_is_past_its_time_is_not_there(endpoint: str, tmp_path: Path, prefix: str) -> None:
    """To the second, whether or not anything has removed it yet."""
    now = [time.time()]
    objects = timed(endpoint, tmp_path, now)
    objects.put(f"{prefix}/1", b"x", "image/png")
    left = KEEPINGS[prefix].seconds

    now[0] += left - 60
    assert (b"x", 1) == (objects.get(f"{prefix}/1"), objects.size(f"{prefix}/1"))
    now[0] += 120
    assert (None, None) == (objects.get(f"{prefix}/1"), objects.size(f"{prefix}/1"))


def timed(endpoint: str, folder: Path, now: list[float]) -> ObjectStore:
    """A store whose clock is set by hand."""
    if not endpoint:
        addresses = Addresses("http://127.0.0.1:9", LocalSecret(folder / "secret"))
        return LocalObjects(folder, addresses, lambda: now[0])
    client = s3_client(endpoint)
    client.create_bucket(Bucket="timed")
    return AwsObjects(client, "timed", lambda: now[0])


def test_a_link_gives_the_bytes_as_a_file(objects: ObjectStore) -> None:
    """Without a key; type and file name are those of the link, whatever letters are in the name."""
    objects.put("results/job/1", b"\x00bytes", "application/octet-stream")
    link = objects.link("results/job/1", 60, 'cut "é" out.png', "image/png")
    answer = httpx2.get(link)

    assert (200, b"\x00bytes") == (answer.status_code, answer.content)
    assert answer.headers["content-type"] == "image/png"
    assert (
        "attachment; filename=\"cut ___ out.png\"; filename*=UTF-8''cut%20%22%C3%A9%22%20out.png"
        == answer.headers["content-disposition"]
    )


@strict
def test_a_link_to_nothing_gives_nothing(objects: ObjectStore) -> None:
    """The address is right, and what it led to is gone."""
    assert 404 == httpx2.get(objects.link("results/1", 60, "1.png", "image/png")).status_code


def test_a_form_takes_the_file_that_it_was_made_for(objects: ObjectStore) -> None:
    """Up to its last byte; sent again, the later file stands."""
    form = objects.form("uploads/org_a/1", 5, "image/png", 60)

    assert 204 == posted(form, b"first")
    assert 204 == posted(form, b"2nd")
    assert (b"2nd", 3) == (objects.get("uploads/org_a/1"), objects.size("uploads/org_a/1"))


@strict
@pytest.mark.parametrize("data", [b"", b"sixsix", b"x" * 70_000], ids=len)
def test_a_form_takes_no_other_size(objects: ObjectStore, data: bytes) -> None:
    """Neither nothing nor a byte too many."""
    form = objects.form("uploads/org_a/1", 5, "image/png", 60)

    assert 400 == posted(form, data)
    assert objects.get("uploads/org_a/1") is None


@strict
def test_a_form_takes_no_other_type(objects: ObjectStore) -> None:
    """What the field says is what the store will say of the file."""
    form = objects.form("uploads/org_a/1", 5, "image/png", 60)

    assert 403 == posted(form, b"x", **{"Content-Type": "text/html"})
    assert objects.get("uploads/org_a/1") is None


@ours
def test_a_form_is_bound_to_all_that_it_says(objects: ObjectStore) -> None:
    """Each field, and the name."""
    form = objects.form("uploads/org_a/1", 5, "image/png", 60)
    other = objects.form("uploads/org_a/2", 6, "text/html", 600)

    assert [403] * 4 == [posted(form, b"x", **{name: value}) for name, value in other.fields]
    assert 403 == posted(PostForm(other.url, form.fields), b"x")
    assert (None, None) == (objects.get("uploads/org_a/1"), objects.get("uploads/org_a/2"))


@strict
def test_a_link_is_bound_to_all_that_it_says(objects: ObjectStore) -> None:
    """Another name, type, file name, time or signature is refused."""
    objects.put("results/1", b"x", "image/png")
    objects.put("results/2", b"y", "image/png")
    link = objects.link("results/1", 60, "1.png", "image/png")
    altered = [
        link.replace("results/1", "results/2"),
        link.replace("image%2Fpng", "text%2Fhtml"),
        link.replace("1.png", "2.png"),
        link.replace("xpires=", "xpires=9"),
        link[:-1] + ("0" if link[-1] != "0" else "1"),
    ]

    assert 200 == httpx2.get(link).status_code
    assert link not in altered
    assert {403} == {httpx2.get(each).status_code for each in altered}


@ours
def test_an_address_alone_opens_nothing(objects: ObjectStore) -> None:
    """Without its terms it is like any other that was never made."""
    objects.put("results/1", b"x", "image/png")
    bare, _, terms = objects.link("results/1", 60, "1.png", "image/png").partition("?")
    strange = [
        f"{bare}?{terms.replace('expires', 'e')}",
        f"{bare}?signature=%C3%A9",
        f"{bare}/../../accounts.sqlite3",
    ]

    assert {403} == {httpx2.get(each).status_code for each in (bare, *strange)}


@strict
def test_an_address_ends_with_its_time(objects: ObjectStore) -> None:
    """Both kinds, though what they lead to is still there."""
    objects.put("results/1", b"x", "image/png")
    link = objects.link("results/1", 1, "1.png", "image/png")
    form = objects.form("results/1", 5, "image/png", 1)
    time.sleep(2.1)

    assert (403, 403) == (httpx2.get(link).status_code, posted(form, b"y"))
    assert objects.get("results/1") == b"x"


@strict
def test_a_link_does_not_write_and_a_form_does_not_read(objects: ObjectStore) -> None:
    """Each method has signatures of its own."""
    objects.put("results/1", b"x", "image/png")
    form = objects.form("results/1", 5, "image/png", 60)
    link = objects.link("results/1", 60, "1.png", "image/png")
    terms = dict(httpx2.URL(link).params)

    assert 403 == httpx2.get(form.url, params=dict(form.fields)).status_code
    assert httpx2.post(link.partition("?")[0], data=terms, files={"file": b"y"}).status_code in {
        400,
        403,
        405,
    }
    assert objects.get("results/1") == b"x"
