"""What the training pictures are: their source, their coarse class, and their side of the split."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

CLASSES = ("person", "animal", "product", "car", "other")

UNLABELLED = -1
TABLE = Path(__file__).with_name("split.toml")
MAGENTO_SOURCES = frozenset({"magento_products", "keyed_magento"})


class Split(StrEnum):
    """The side of the split that a picture stands on."""

    TRAIN = "train"
    VALIDATION = "validation"


@dataclass(frozen=True)
class Table:
    """What `split.toml` says."""

    held_out_sources: frozenset[str]
    held_out_caltech: frozenset[str]
    class_of_source: dict[str, str]
    class_of_caltech: dict[str, str]
    weight_of_source: dict[str, float]


@cache
def table() -> Table:
    """The table, read once."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    members = {name: known for known, names in rows["caltech_classes"].items() for name in names}
    held_out = rows["held_out"]
    return Table(
        frozenset(held_out["sources"]),
        frozenset(held_out["caltech_classes"]),
        rows["source_classes"],
        members,
        rows["source_weights"],
    )


def source_of(name: str) -> str:
    """The source that stands before the first double underscore of a name."""
    return name.split("__", 1)[0]


def caltech_class_of(name: str) -> str | None:
    """The Caltech class in a name, or nothing for other sources."""
    if source_of(name) != "caltech101":
        return None
    return name.split("ObjectCategories_", 1)[1].rsplit("_image_", 1)[0]


def label_of(name: str) -> int:
    """The index of the coarse class, or `UNLABELLED` where the source says nothing of it."""
    source = source_of(name)
    if (caltech := caltech_class_of(name)) is not None:
        return CLASSES.index(table().class_of_caltech.get(caltech, "other"))
    if source in MAGENTO_SOURCES:
        # Men's and women's clothes are shown on people; the rest of the shop is gear, bags and banners.
        return CLASSES.index("person") if "_product_m_" in name or "_product_w_" in name else UNLABELLED
    known = table().class_of_source.get(source)
    return UNLABELLED if known is None else CLASSES.index(known)


def weight_of(name: str) -> float:
    """How often a photo comes up in one pass over the photos."""
    return table().weight_of_source.get(source_of(name), 1.0)


def split_of(name: str) -> Split:
    """The side that a picture stands on, decided by its source and class alone."""
    held_out = source_of(name) in table().held_out_sources
    held_out = held_out or caltech_class_of(name) in table().held_out_caltech
    return Split.VALIDATION if held_out else Split.TRAIN
