"""Work on a service's jobs, there and then, in the thread of the test."""

from handler.bootstrap.service import Service
from handler.services.jobs.hands import serve_once


def finish_jobs(service: Service) -> None:
    """Work on everything that waits, until nothing does."""
    assert service.labour is not None
    duties = service.labour.hands.duties
    while any(serve_once(duty) for duty in duties):
        pass
