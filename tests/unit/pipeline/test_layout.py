"""Where crop, margins, scale, position, caps and frames put a subject; all sizes by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.image import Box
from handler.domain.request import Crop, Fit, Frame, Length, Margins, Position, Variant
from handler.pipeline.compose.layout import MAX_CANVAS_PIXELS, Layout, lay_out
from handler.pipeline.compose.rect import Rect

SIZE = (400, 300)
SUBJECT = Box(100, 60, 100, 50)


def laid(variant: Variant, subject: Box = SUBJECT) -> Layout:
    """The layout of a picture of 400 x 300 with a subject of 100 x 50."""
    return lay_out(subject, SIZE, variant)


def margins(*amounts: float, percent: bool = False) -> Margins:
    """Top, right, bottom and left."""
    return Margins(*(Length(amount, percent) for amount in amounts))


def test_a_picture_of_which_nothing_is_asked_lies_as_it_is() -> None:
    """The whole picture on a canvas of its size."""
    expected = Layout(400, 300, 400, 300, Rect(0, 0, 400, 300), Box(0, 0, 400, 300), SUBJECT)
    assert expected == laid(Variant())


def test_a_crop_keeps_the_bounds() -> None:
    """And nothing else."""
    layout = laid(Variant(crop=Crop()))
    assert (100, 50, Rect(100, 60, 200, 110)) == (layout.width, layout.height, layout.window)
    assert Box(0, 0, 100, 50) == layout.subject


@pytest.mark.parametrize(
    ("wanted", "size", "subject"),
    [
        (margins(1, 2, 3, 4), (106, 54), (4, 1)),
        (margins(10, 10, 10, 10, percent=True), (120, 60), (10, 5)),
        (margins(80, 80, 80, 80, percent=True), (200, 100), (50, 25)),
        (margins(600, 0, 600, 0), (100, 1050), (0, 500)),
        (margins(0, 0, 0, -5), (100, 50), (0, 0)),
    ],
)
def test_margins_are_pixels_or_shares_of_the_subject_up_to_500_pixels_or_half_of_it(
    wanted: Margins, size: tuple[int, int], subject: tuple[int, int]
) -> None:
    """Each side has its own; none is below zero."""
    layout = laid(Variant(crop=Crop(wanted)))
    assert size == (layout.width, layout.height)
    assert subject == (layout.subject.left, layout.subject.top)


def test_a_margin_beyond_the_picture_is_empty() -> None:
    """The canvas is there; the picture covers the rest of it."""
    layout = laid(Variant(crop=Crop(margins(100, 0, 0, 0))))
    assert (100, 150) == (layout.width, layout.height)
    assert Rect(100, 0, 200, 110) == layout.window
    assert Box(0, 40, 100, 110) == layout.target


@pytest.mark.parametrize(
    ("ratio", "size", "subject"),
    [((1, 1), (100, 100), (0, 25)), ((2, 1), (100, 50), (0, 0)), ((4, 1), (200, 50), (50, 0))],
)
def test_a_ratio_gives_the_smallest_such_box_around_the_subject(
    ratio: tuple[int, int], size: tuple[int, int], subject: tuple[int, int]
) -> None:
    """In whose middle it stands."""
    layout = laid(Variant(crop=Crop(ratio=ratio)))
    assert size == (layout.width, layout.height)
    assert subject == (layout.subject.left, layout.subject.top)


def test_a_ratio_goes_around_the_margins_too() -> None:
    """They come first."""
    layout = laid(Variant(crop=Crop(margins(50, 0, 100, 0), ratio=(1, 1))))
    assert (200, 200) == (layout.width, layout.height)
    assert (50, 50) == (layout.subject.left, layout.subject.top)


@pytest.mark.parametrize(
    ("scale", "subject"),
    [(1.0, Box(0, 50, 400, 200)), (0.5, Box(100, 100, 200, 100)), (0.1, Box(180, 140, 40, 20))],
)
def test_a_scaled_subject_has_that_share_of_the_canvas_and_stands_in_its_middle(
    scale: float, subject: Box
) -> None:
    """At 100 % it just fits."""
    layout = laid(Variant(scale=scale))
    assert (400, 300) == (layout.width, layout.height)
    assert subject == layout.subject


def test_a_subject_scaled_up_pushes_its_surroundings_off_the_canvas() -> None:
    """The window is what is left of them, and the target is never larger than the canvas."""
    layout = laid(Variant(scale=1.0))
    assert Rect(100, 47.5, 200, 122.5) == layout.window
    assert Box(0, 0, 400, 300) == layout.target


def test_a_subject_scaled_down_draws_its_surroundings_in() -> None:
    """A quarter of the picture's size, with the subject in the middle."""
    layout = laid(Variant(scale=0.0625))
    assert Rect(0, 0, 400, 300) == layout.window
    assert Box(162, 129, 100, 75) == layout.target


@pytest.mark.parametrize(
    ("position", "corner"),
    [
        (Position(), (150, 125)),
        (Position(0, 0), (0, 0)),
        (Position(1, 1), (300, 250)),
        (Position(0.25, 0.5), (75, 125)),
    ],
)
def test_a_position_shares_out_the_room_that_the_subject_leaves(
    position: Position, corner: tuple[int, int]
) -> None:
    """Its size stays."""
    assert Box(*corner, 100, 50) == laid(Variant(position=position)).subject


def test_a_scaled_subject_may_stand_elsewhere() -> None:
    """The middle is only where nothing is said."""
    assert Box(200, 200, 200, 100) == laid(Variant(scale=0.5, position=Position(1, 1))).subject


def test_caps_count_after_crop_and_scale_and_are_left_out_of_the_full_size() -> None:
    """A client is told what it could have had."""
    layout = laid(Variant(crop=Crop(margins(25, 0, 25, 0)), scale=0.5, max_side=50))
    assert (50, 50) == (layout.width, layout.height)
    assert (100, 100) == (layout.full_width, layout.full_height)
    assert Box(12, 18, 26, 14) == layout.subject


@pytest.mark.parametrize(
    ("frame", "size", "target"),
    [
        (Frame(200, 200), (200, 200), Box(0, 25, 200, 150)),
        (Frame(800, 800), (800, 800), Box(0, 100, 800, 600)),
        (Frame(800, 800, Fit.SCALE_DOWN), (800, 800), Box(200, 250, 400, 300)),
        (Frame(200, 200, Fit.SCALE_DOWN), (200, 200), Box(0, 25, 200, 150)),
        (Frame(200, None), (200, 150), Box(0, 0, 200, 150)),
        (Frame(None, 600), (800, 600), Box(0, 0, 800, 600)),
        (Frame(None, None), (400, 300), Box(0, 0, 400, 300)),
    ],
)
def test_a_frame_is_exact_and_holds_the_whole_picture(
    frame: Frame, size: tuple[int, int], target: Box
) -> None:
    """In its middle, enlarged unless it may only be scaled down; a missing side follows."""
    layout = laid(Variant(frame=frame, max_side=10))
    assert size == (layout.width, layout.height) == (layout.full_width, layout.full_height)
    assert target == layout.target


@pytest.mark.parametrize(
    ("frame", "subject", "window"),
    [
        (Frame(100, 300, Fit.COVER), SUBJECT, Rect(100, 0, 200, 300)),
        (Frame(100, 300, Fit.COVER), Box(0, 0, 40, 300), Rect(0, 0, 100, 300)),
        (Frame(100, 300, Fit.COVER), Box(390, 0, 10, 300), Rect(300, 0, 400, 300)),
        (Frame(200, 50, Fit.COVER), SUBJECT, Rect(0, 34, 400, 134)),
    ],
)
def test_what_a_covered_frame_cannot_hold_is_cut_off_around_the_subject(
    frame: Frame, subject: Box, window: Rect
) -> None:
    """As far as the picture reaches; the frame is full."""
    layout = laid(Variant(frame=frame), subject)
    assert window == layout.window
    assert Box(0, 0, layout.width, layout.height) == layout.target


def test_a_subject_larger_than_its_frame_is_bounded_by_it() -> None:
    """Clients may cut along its box."""
    assert Box(0, 0, 10, 300) == laid(Variant(frame=Frame(10, 300, Fit.COVER)), Box(0, 0, 400, 300)).subject


@pytest.mark.parametrize("frame", [None, Frame(None, None)])
def test_no_canvas_is_larger_than_the_largest_picture(frame: Frame | None) -> None:
    """Whatever ratio is asked for; the shape stays."""
    layout = lay_out(Box(0, 0, 8000, 10), (8000, 100), Variant(crop=Crop(ratio=(1, 4)), frame=frame))
    assert layout.full_width * layout.full_height <= MAX_CANVAS_PIXELS
    assert 4 == pytest.approx(layout.height / layout.width, rel=1e-3)


def test_a_side_that_follows_stays_bounded() -> None:
    """Though a strip's would be endless."""
    layout = lay_out(Box(0, 0, 10_000, 1), (10_000, 1), Variant(frame=Frame(None, 6000)))
    assert layout.width * layout.height <= MAX_CANVAS_PIXELS


@given(
    box=st.tuples(*[st.integers(0, 10_000)] * 4),
    crop=st.none() | st.builds(Crop, ratio=st.none() | st.tuples(st.integers(1, 30), st.integers(1, 30))),
    scale=st.none() | st.floats(0.1, 1),
    position=st.none() | st.builds(Position, st.floats(0, 1), st.floats(0, 1)),
    max_side=st.none() | st.integers(1, 500),
    frame=st.none()
    | st.builds(
        Frame, st.none() | st.integers(1, 900), st.none() | st.integers(1, 900), st.sampled_from(list(Fit))
    ),
)
def test_the_subject_and_all_that_is_shown_always_lie_on_the_canvas(
    box: tuple[int, int, int, int],
    crop: Crop | None,
    scale: float | None,
    position: Position | None,
    max_side: int | None,
    frame: Frame | None,
) -> None:
    """Never empty, whatever is asked for together."""
    left, top = box[0] % 400, box[1] % 300
    subject = Box(left, top, 1 + box[2] % (400 - left), 1 + box[3] % (300 - top))
    layout = laid(Variant(crop=crop, scale=scale, position=position, max_side=max_side, frame=frame), subject)
    for found in (layout.subject, layout.target):
        assert 0 <= found.left < found.left + found.width <= layout.width
        assert 0 <= found.top < found.top + found.height <= layout.height
    window = layout.window
    assert -0.01 <= window.left < window.right <= 400.01
    assert -0.01 <= window.top < window.bottom <= 300.01
