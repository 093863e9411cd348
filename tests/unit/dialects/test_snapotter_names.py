"""What SnapOtter calls pictures and their files."""

import pytest

from handler.dialects.snapotter.names import Memo, address, public_name, stored_name


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("photo.jpg", "photo.jpg"),
        ("IMG_0001.HEIC", "IMG_0001.png"),
        ("raw.cr3", "raw.png"),
        ("no ending", "no ending"),
        ("two.dots.webp", "two.dots.webp"),
        ("C:\\Users\\me\\photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\0.png", "ab.png"),
        ("..", "image.png"),
        ("", "image.png"),
        (".png", "png"),
        ("größe 中.jpeg", "größe 中.jpeg"),
        ("x" * 500 + ".png", "x" * 150 + ".png"),
    ],
)
def test_a_picture_goes_by_its_own_name(sent: str, expected: str) -> None:
    """Without a folder, without what no header bears, and as a PNG where no browser shows what it was."""
    assert expected == public_name(sent)


def test_a_file_is_known_by_its_pictures_name_and_its_kind() -> None:
    """Whatever else is in the name."""
    assert ("0-nobg.webp", "a_mask.png") == stored_name("a_mask.png_nobg.webp")
    assert stored_name("a_other.png") is None
    assert stored_name("a_mask.exe") is None


def test_an_address_bears_any_name() -> None:
    """Escaped."""
    assert "/api/v1/download/id/a%2Fb%20%C3%BC_mask.png" == address("id", "a/b ü_mask.png")


def test_a_memo_is_read_as_it_was_written() -> None:
    """And knows its picture by the stem."""
    memo = Memo(("größe.jpg",), 7)

    assert memo == Memo.read(memo.text())
    assert (True, False) == (memo.is_of("größe"), memo.is_of("größe.jpg"))
    assert not Memo(("a.jpg",), is_batch=True).is_of("a")
