"""
Forty validation pictures: photo, the larger model's cut-out, ours.

`python -m layers.onnx_models.training.sheet --data DIR --work DIR --out FILE`

The pictures are spread evenly over the slices, not chosen by how well they came out; with `--worst` they are
the ones that came out worst.
"""

import argparse
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from layers.onnx_models.training.compare import larger_alpha
from layers.onnx_models.training.exams import Question, validation_questions
from layers.onnx_models.training.places import add_places, places_from
from layers.onnx_models.training.predictors import INPUT_SIDE_PX, larger_model, small_model
from layers.onnx_models.training.scores import score
from layers.onnx_models.training.sources import Split
from layers.onnx_models.training.stocking import stock_of

PICTURES = 40
COLUMNS = 4
TILE_PX = 128
BACKDROP = (70, 160, 90)

Pixels: TypeAlias = NDArray[np.uint8]


def spread(questions: list[Question], count: int) -> list[Question]:
    """Pictures taken from the slices in turn."""
    slices: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        slices[question.slice_name].append(question)
    stepped = [members[:: max(1, len(members) * len(slices) // count)] for members in slices.values()]
    turns = (question for turn in zip_longest(*stepped) for question in turn if question is not None)
    return list(turns)[:count]


def on_backdrop(rgb: Pixels, alpha: NDArray[np.float32]) -> Image.Image:
    """The cut-out over green."""
    mix = alpha[..., None]
    return Image.fromarray((rgb * mix + np.array(BACKDROP) * (1 - mix)).astype(np.uint8))


def tile(picture: Image.Image) -> Image.Image:
    """The picture fitted into one square of the sheet."""
    square = Image.new("RGB", (TILE_PX, TILE_PX), "white")
    picture.thumbnail((TILE_PX, TILE_PX))
    square.paste(picture, ((TILE_PX - picture.width) // 2, (TILE_PX - picture.height) // 2))
    return square


def strip(question: Question, theirs: NDArray[np.float32], ours: NDArray[np.float32]) -> Image.Image:
    """Photo, the larger model's cut-out and ours, with the IoU of ours."""
    parts = (
        Image.fromarray(question.rgb),
        on_backdrop(question.rgb, theirs),
        on_backdrop(question.rgb, ours),
    )
    row = Image.new("RGB", (TILE_PX * 3 + 8, TILE_PX + 4), "white")
    for place, part in enumerate(parts):
        row.paste(tile(part), (TILE_PX * place, 2))
    iou = score(ours, question.alpha).iou
    ImageDraw.Draw(row).text(
        (TILE_PX * 2 + 3, 4), f"{iou:.2f}", fill="white", stroke_width=1, stroke_fill="black"
    )
    return row


def sheet_of(strips: list[Image.Image]) -> Image.Image:
    """The strips in columns."""
    wide, high = strips[0].size
    sheet = Image.new("RGB", (wide * COLUMNS, high * -(-len(strips) // COLUMNS)), "white")
    for place, row in enumerate(strips):
        sheet.paste(row, (wide * (place % COLUMNS), high * (place // COLUMNS)))
    return sheet


def main() -> None:
    """Write the sheet."""
    parser = add_places(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--model", type=Path, default=Path("layers/onnx_models/clearcut-small.onnx"))
    parser.add_argument("--larger", type=Path, default=Path("layers/onnx_models/isnet-general-use-int8.onnx"))
    parser.add_argument("--out", type=Path, default=Path("docs/own-model-sheet.jpg"))
    parser.add_argument("--worst", type=int, default=0, help="this many of the lowest IoU instead")
    arguments = parser.parse_args()
    places = places_from(arguments)
    ours, larger = small_model(arguments.model, INPUT_SIDE_PX), larger_model(arguments.larger)
    questions = list(validation_questions(stock_of(places, Split.VALIDATION)))
    if arguments.worst:
        ranked = sorted(questions, key=lambda one: score(ours.predict(one.rgb).alpha, one.alpha).iou)
        questions = ranked[: arguments.worst]
    strips = [
        strip(question, larger_alpha(question, larger, places.work), ours.predict(question.rgb).alpha)
        for question in (questions if arguments.worst else spread(questions, PICTURES))
    ]
    arguments.out.parent.mkdir(exist_ok=True)
    sheet_of(strips).save(arguments.out, quality=82)
    print(f"{arguments.out}: {len(strips)} pictures, {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
