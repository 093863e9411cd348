"""
The tables of the model card: ours beside the larger model, slice by slice.

`python -m layers.onnx_models.training.compare --data DIR --work DIR --evaluation DIR --model F --larger F`
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layers.onnx_models.training.exams import Question, as_floats, evaluation_questions, validation_questions
from layers.onnx_models.training.places import Places, add_places, places_from
from layers.onnx_models.training.predictors import INPUT_SIDE_PX, Predictor, larger_model, small_model
from layers.onnx_models.training.scores import Score, mean_score, score
from layers.onnx_models.training.sources import CLASSES, UNLABELLED, Split
from layers.onnx_models.training.stocking import stock_of


def larger_alpha(question: Question, larger: Predictor, work: Path) -> NDArray[np.float32]:
    """The larger model's matte, kept on disk because it takes most of the time and never changes."""
    if question.taught:
        return question.alpha
    kept = work / "larger" / f"{question.slice_name}-{question.name}.npy"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        np.save(kept, (larger.predict(question.rgb).alpha * 255).round().astype(np.uint8))
    return as_floats(np.load(kept))


def examine(questions: Iterable[Question], model: Predictor, larger: Predictor, work: Path) -> None:
    """Print one table: both models' scores by slice, and the class head's accuracy."""
    own: dict[str, list[Score]] = defaultdict(list)
    theirs: dict[str, list[Score]] = defaultdict(list)
    hits: dict[str, list[bool]] = defaultdict(list)
    for question in questions:
        prediction = model.predict(question.rgb)
        for group in (question.slice_name, "all"):
            own[group].append(score(prediction.alpha, question.alpha))
            theirs[group].append(score(larger_alpha(question, larger, work), question.alpha))
        if question.label != UNLABELLED and prediction.classes is not None:
            hits[CLASSES[question.label]].append(int(prediction.classes.argmax()) == question.label)
    print("| slice | n | IoU ours | IoU larger | ratio | MAE ours | MAE larger | difference |")
    print("|---|---|---|---|---|---|---|---|")
    for group, scores in own.items():
        print(row(group, scores, theirs[group]))
    total = [hit for values in hits.values() for hit in values]
    by_class = ", ".join(f"{name} {np.mean(values):.2f} (n={len(values)})" for name, values in hits.items())
    print(f"\nclass accuracy {np.mean(total):.3f} (n={len(total)}): {by_class}\n")


def row(name: str, own: list[Score], theirs: list[Score]) -> str:
    """One line of the table."""
    ours, larger = mean_score(own), mean_score(theirs)
    return (
        f"| {name} | {len(own)} | {ours.iou:.3f} | {larger.iou:.3f} | {ours.iou / larger.iou:.3f} "
        f"| {ours.mae:.4f} | {larger.mae:.4f} | {ours.mae - larger.mae:+.4f} |"
    )


def run(places: Places, model: Predictor, larger: Predictor) -> None:
    """Both tables."""
    print("Validation split (photos: the larger model's own mattes are the answer)\n")
    examine(validation_questions(stock_of(places, Split.VALIDATION)), model, larger, places.work)
    if places.evaluation is not None:
        print("Evaluation set\n")
        examine(evaluation_questions(places.evaluation), model, larger, places.work)


def main() -> None:
    """Compare one model file with the larger model."""
    parser = add_places(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--model", type=Path, default=Path("layers/onnx_models/clearcut-small.onnx"))
    parser.add_argument("--larger", type=Path, default=Path("layers/onnx_models/isnet-general-use-int8.onnx"))
    parser.add_argument("--side", type=int, default=INPUT_SIDE_PX)
    arguments = parser.parse_args()
    model = small_model(arguments.model, arguments.side)
    run(places_from(arguments), model, larger_model(arguments.larger))


if __name__ == "__main__":
    main()
