"""The page of the native API."""

from tools.api_page import PAGE, page


def test_the_page_says_what_the_tables_say() -> None:
    """Whoever changes a table writes the page again: python -m tools.api_page."""
    assert page() == PAGE.read_text("utf-8")
