"""What Lambda and its gateway tell beside the request."""

import pytest

from handler.api.gateway import gateway_key_id, seconds_left


class Context:
    """Lambda's context, of which only the time left is read."""

    def get_remaining_time_in_millis(self) -> int:
        """Ten seconds."""
        return 10_000


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"aws.event": None},
        {"aws.event": {"requestContext": None}},
        {"aws.event": {"requestContext": {"identity": {"apiKeyId": None}}}},
        {"aws.event": {"requestContext": {"identity": {"apiKeyId": ""}}}},
    ],
)
def test_without_a_gateway_key_the_caller_shows_its_own(scope: dict[str, object]) -> None:
    """On a laptop, and on a stage that asks for no key."""
    assert gateway_key_id(scope) is None


def test_a_gateway_key_is_known_by_its_id() -> None:
    """The gateway has checked the key itself already."""
    scope = {"aws.event": {"requestContext": {"identity": {"apiKeyId": "abc123"}}}}

    assert gateway_key_id(scope) == "abc123"


@pytest.mark.parametrize(("most", "expected"), [(27.0, 7.5), (5.0, 5.0)])
def test_work_stops_before_the_function_does(most: float, expected: float) -> None:
    """Enough is left to answer and to give back what was held."""
    assert expected == seconds_left({"aws.context": Context()}, most)


def test_on_a_laptop_the_setting_decides() -> None:
    """No function, no function's limit."""
    assert seconds_left({}, 27.0) == 27.0
