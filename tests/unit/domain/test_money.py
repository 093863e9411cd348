"""Credits are whole thousandths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.errors import InvalidParameterError
from handler.domain.money import MAX_AMOUNT, PRICES, format_credits, parse_credits, price_list


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [("0", 0), ("1", 1000), ("0.25", 250), ("12.5", 12_500), ("-0.001", -1), ("+3.100", 3100), (" 7 ", 7000)],
)
def test_credits_are_read_exactly(text: str, thousandths: int) -> None:
    """Up to three decimals, with or without a sign."""
    assert thousandths == parse_credits(text)


@pytest.mark.parametrize(
    "text", ["", "1.", ".5", "0.0001", "1e3", "1,5", "nan", "--1", "1 000", "9" * 13, "٣"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Nothing is rounded and nothing guessed."""
    with pytest.raises(InvalidParameterError):
        parse_credits(text)


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT).filter(lambda amount: abs(amount) < 10**15))
def test_an_amount_survives_being_written(thousandths: int) -> None:
    """Writing and reading are each other's inverse."""
    assert thousandths == parse_credits(format_credits(thousandths))


@pytest.mark.parametrize(
    ("thousandths", "text"), [(0, "0"), (1000, "1"), (250, "0.25"), (-1500, "-1.5"), (100_000, "100")]
)
def test_needless_zeros_are_not_written(thousandths: int, text: str) -> None:
    """People read these."""
    assert text == format_credits(thousandths)


def test_an_owner_changes_single_prices() -> None:
    """The others stay as they are."""
    prices = price_list({"native.picture": "0.5"})

    assert {**PRICES, "native.picture": 500} == prices


@pytest.mark.parametrize(
    "changes", [{"native.pictures": "1"}, {"native.picture": "-1"}, {"native.picture": "free"}]
)
def test_a_price_that_cannot_be_is_refused(changes: dict[str, str]) -> None:
    """A misspelt name would otherwise be charged in full, unnoticed."""
    with pytest.raises(InvalidParameterError):
        price_list(changes)
