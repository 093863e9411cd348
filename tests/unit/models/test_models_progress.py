"""What a person sees during an install."""

import io

from layers.onnx_models.building.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        """As a terminal answers."""
        return True


def test_a_log_gets_plain_lines() -> None:
    """One when a step begins and one when it ends; no line is rewritten."""
    stream = io.StringIO()
    progress = Progress(stream)
    progress.start("fetching")
    progress.advance(1, 2)
    progress.finish()
    begun, ended = stream.getvalue().splitlines()
    assert begun == "fetching ..."
    assert ended.startswith("fetching: 0.")
    assert "\r" not in stream.getvalue()


def test_a_terminal_gets_a_bar_that_grows_in_place() -> None:
    """Empty, half and full, on one line."""
    stream = Terminal()
    progress = Progress(stream)
    progress.start("fetching")
    progress.advance(1, 2)
    progress.finish()
    shown = [frame.count("#") for frame in stream.getvalue().split("\r")[1:]]
    assert shown == [0, 12, 24]
    assert stream.getvalue().count("\n") == 1


def test_a_step_of_nothing_is_no_division_by_zero() -> None:
    """An empty file has no share that is done."""
    stream = Terminal()
    progress = Progress(stream)
    progress.start("nothing")
    progress.advance(0, 0)
    assert stream.getvalue().endswith(" s")


def test_a_remark_has_a_line_of_its_own() -> None:
    """It stands between steps."""
    stream = io.StringIO()
    Progress(stream).say("by the way")
    assert stream.getvalue() == "by the way\n"
