"""What the training pictures are: their source, their coarse class, and which side of the split they stand on."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CLASSES = ("person", "animal", "product", "car", "other")

UNLABELLED = -1


class Split(StrEnum):
    """The side of the split that a picture stands on."""

    TRAIN = "train"
    VALIDATION = "validation"


# Whole sources and whole classes, so that validation never sees a sibling of a training picture.
VALIDATION_SOURCES = frozenset({"raccoon", "eshop_products", "tiny_coco", "grocery_natural"})
VALIDATION_FOREGROUND_SOURCES = frozenset({"wonder3d", "threestudio"})
VALIDATION_CALTECH_CLASSES = frozenset(
    "Faces_easy llama elephant emu okapi crab dragonfly wild_cat laptop umbrella watch camera chair accordion"
    " scissors headphone sunflower bonsai ketch stegosaurus".split()
)

CALTECH_CLASS_MEMBERS = {
    "person": frozenset({"Faces_easy"}),
    "car": frozenset({"car_side"}),
    "animal": frozenset(
        "ant bass beaver butterfly cougar_body cougar_face crab crayfish crocodile crocodile_head dalmatian dolphin"
        " dragonfly elephant emu flamingo flamingo_head gerenuk hawksbill hedgehog ibis kangaroo llama lobster mayfly"
        " octopus okapi panda pigeon platypus rhino rooster scorpion sea_horse starfish tick wild_cat".split()
    ),
    "product": frozenset(
        "accordion barrel binocular camera ceiling_fan cellphone chair chandelier cup electric_guitar euphonium ewer"
        " gramophone grand_piano headphone inline_skate lamp laptop mandolin menorah metronome revolver saxophone"
        " scissors soccer_ball stapler umbrella watch wheelchair windsor_chair wrench".split()
    ),
}

SOURCE_CLASSES = {
    "ccp": "person",
    "dogcat": "animal",
    "raccoon": "animal",
    "clothing_small": "product",
    "trashnet": "product",
    "eshop_products": "product",
    "saleor": "product",
    "foodish": "other",
    "grocery_natural": "other",
}
MAGENTO_SOURCES = frozenset({"magento_products", "keyed_magento"})


@dataclass(frozen=True)
class PhotoRow:
    """One line of `photos.tsv`."""

    name: str
    source: str
    foreground_share: float
    unsure_share: float


def read_photo_rows(table: Path) -> tuple[PhotoRow, ...]:
    """The photos of the table, in its order."""
    with table.open(newline="", encoding="utf-8") as lines:
        return tuple(
            PhotoRow(row["name"], row["source"], float(row["foreground_share"]), float(row["ambiguous_share"]))
            for row in csv.DictReader(lines, delimiter="\t")
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
        members = (known for known, names in CALTECH_CLASS_MEMBERS.items() if caltech in names)
        return CLASSES.index(next(members, "other"))
    if source in MAGENTO_SOURCES:
        # Men's and women's clothes are shown on people; the rest of the shop is gear, bags and banners.
        return CLASSES.index("person") if "_product_m_" in name or "_product_w_" in name else UNLABELLED
    return CLASSES.index(SOURCE_CLASSES[source]) if source in SOURCE_CLASSES else UNLABELLED


def split_of(name: str) -> Split:
    """The side that a picture stands on, decided by its source and class alone."""
    held_out = source_of(name) in VALIDATION_SOURCES | VALIDATION_FOREGROUND_SOURCES
    held_out = held_out or caltech_class_of(name) in VALIDATION_CALTECH_CLASSES
    return Split.VALIDATION if held_out else Split.TRAIN
