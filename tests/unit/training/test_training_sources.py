"""Labels and split come from names alone."""

import pytest

from layers.onnx_models.training.sources import (
    CLASSES,
    UNLABELLED,
    Split,
    label_of,
    split_of,
    table,
    weight_of,
)

CALTECH = "caltech101__101_ObjectCategories_{}_image_0001"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ccp__photos_0001", "person"),
        ("magento_products__pub_media_catalog_product_m_j_mj11-red_main", "person"),
        ("dogcat__Data_cat.1", "animal"),
        (CALTECH.format("cougar_face"), "animal"),
        (CALTECH.format("car_side"), "car"),
        (CALTECH.format("cup"), "product"),
        (CALTECH.format("pagoda"), "other"),
        ("trashnet__glass1", "product"),
    ],
)
def test_a_label_follows_from_source_and_class(name: str, expected: str) -> None:
    """Every source with one kind of subject labels its pictures."""
    assert CLASSES.index(expected) == label_of(name)


@pytest.mark.parametrize(
    "name", ["tiny_coco__train_1", "magento_products__pub_media_catalog_product_l_u_luma", "trellis__T"]
)
def test_a_mixed_source_gives_no_label(name: str) -> None:
    """Where the source says nothing sure of the subject, the class head learns nothing."""
    assert UNLABELLED == label_of(name)


@pytest.mark.parametrize(
    "name", ["raccoon__images_1", "wonder3d__owl", CALTECH.format("llama"), CALTECH.format("chair")]
)
def test_held_out_sources_and_classes_are_never_trained_on(name: str) -> None:
    """The whole source or class stands on the validation side."""
    assert Split.VALIDATION == split_of(name)


def test_siblings_of_a_held_out_class_stay_in_training() -> None:
    """A class whose name only begins like a held-out one is not held out."""
    assert Split.TRAIN == split_of(CALTECH.format("windsor_chair"))


def test_every_label_of_the_table_is_a_class() -> None:
    """A misspelt class in the table would fail here and not in the middle of a run."""
    named = {*table().class_of_source.values(), *table().class_of_caltech.values()}
    assert set() == named - set(CLASSES)


def test_every_weight_of_the_table_reaches_its_source() -> None:
    """A photo comes up as often as its source weighs, and once where nothing is said."""
    weights = {source: weight_of(f"{source}__1") for source in table().weight_of_source}
    assert weights == table().weight_of_source
    assert weight_of("saleor__1") == 1.0
