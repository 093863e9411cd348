"""Every route of every dialect under everything that a caller may send."""

import itertools

import pytest

from handler.bootstrap.books import open_books
from handler.settings import Settings
from tests.hostile.attacks import every
from tests.hostile.civility import books_in_disorder, fault_of
from tests.hostile.endpoints import Endpoint, endpoints
from tests.hostile.service import Service
from tests.hostile.verdicts import MOST_MEMORY_MB

ENDPOINTS = {endpoint.name: endpoint for endpoint in endpoints()}
# Of each route; `make fuzz` goes on with the rest.
MESSAGES = 60


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=list(ENDPOINTS))
def test_no_request_is_answered_otherwise_than_civilly(service: Service, endpoint: Endpoint) -> None:
    """In the dialect's own form where it is refused, never as a defect, and without a word too many."""
    attacks = list(every(endpoint))
    step = len(attacks) // MESSAGES + 1
    faults = {
        name: fault
        for name, message in itertools.islice(attacks, 0, None, step)
        if (fault := fault_of(service.send(message), endpoint)) is not None
    }

    assert {} == faults
    assert service.is_healthy()
    assert service.memory.peak_mb < MOST_MEMORY_MB


def test_the_books_are_in_order_after_all_that(service: Service) -> None:
    """Nothing is held any longer, and nobody has paid for a refusal."""
    assert [] == books_in_disorder(service, open_books(Settings(home=service.home)))


def test_the_log_holds_no_secret_and_no_defect(service: Service) -> None:
    """Neither keys nor pictures, whatever was sent."""
    assert [] == [word for word in (service.key, "Traceback", "JFIF", "Bearer k") if word in service.log]
