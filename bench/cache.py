"""`make bench-cache`: the same 12 MP photo with another background, beside its first time, in one run."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.exchange import Running
from bench.peers.systems import clearcut
from bench.pictures import Photo, photos

PICTURES = Path(__file__).resolve().parent / "out" / "pictures"
PICTURE = "12MP"
ROUNDS = 5
LEAST_RATIO = 2.0


def main() -> None:
    """Measure, print the two medians and their ratio, and fail below the least."""
    (photo,) = (each for each in photos(PICTURES) if each.name == PICTURE)
    with tempfile.TemporaryDirectory() as folder, clearcut(Path(folder)) as ours:
        _turn(ours, photo, 0)
        turns = [_turn(ours, photo, number) for number in range(1, ROUNDS + 1)]
    first, again = (median(seconds) for seconds in zip(*turns, strict=True))
    ratio = first / again
    print(
        f"{PICTURE}, {ROUNDS} photos after a warm-up, by turns: {first:.2f} s at first, {again:.2f} s with "
        f"another background; {ratio:.1f} times as fast"
    )
    if ratio < LEAST_RATIO:
        sys.exit(f"expected at least {LEAST_RATIO} times")


def _turn(ours: Running, photo: Photo, number: int) -> tuple[float, float]:
    """A photo that the service has not seen, and then the same on blue; the seconds of each."""
    jpeg = photo.edition(number)
    blue = replace(ours, call=replace(ours.call, fields={"bg_color": "#2f6fb5"}))
    answers = ours.cut_out(jpeg), blue.cut_out(jpeg)
    for answer, runs in zip(answers, (True, False), strict=True):
        if ("matte;" in answer.server_timing) is not runs:
            sys.exit(f"expected the model to run once, got {answer.server_timing}")
    return answers[0].seconds, answers[1].seconds


if __name__ == "__main__":
    main()
