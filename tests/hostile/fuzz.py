"""`make fuzz`: random damage for as long as wanted; every failure names the seed that brings it back."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from handler.bootstrap.books import open_books
from handler.settings import Settings
from tests.hostile.civility import books_in_disorder, fault_of
from tests.hostile.mutations import message
from tests.hostile.service import Service, running_service
from tests.hostile.verdicts import check_any_refusal
from tests.hostile.wild import wild

REPORT_EVERY = 500


def _problem(service: Service, seed: int) -> str | None:
    """What the message of a seed broke, or None."""
    try:
        if seed % 2:
            # Every other message goes to any route of any dialect.
            endpoint, sent = wild(seed)
            if fault := fault_of(service.send(sent), endpoint):
                return f"{endpoint.name}: {fault}"
        else:
            reply = service.send(message(seed))
            if reply.status != 200:
                check_any_refusal(reply)
        if not service.is_healthy():
            return "the server is not healthy any more"
    except (AssertionError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(service: Service, first_seed: int, seconds: float) -> int:
    """Send messages until the time is up; tells how many broke something."""
    failures, seed, until = 0, first_seed, time.monotonic() + seconds
    while time.monotonic() < until:
        if problem := _problem(service, seed):
            failures += 1
            _say(f"seed {seed}: {problem}")
        seed += 1
        if (seed - first_seed) % REPORT_EVERY == 0:
            _say(f"{seed - first_seed} sent, {failures} failed, {service.memory.peak_mb:.0f} MB at most")
    for disorder in books_in_disorder(service, open_books(Settings(home=service.home))):
        failures += 1
        _say(disorder)
    _say(f"{seed - first_seed} sent, {failures} failed, {service.memory.peak_mb:.0f} MB at most")
    return failures


def main() -> int:
    """Fuzz a server of our own."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0); each message has the next")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_service(Path(folder)) as service:
        return 1 if run(service, arguments.seed, arguments.minutes * 60) else 0


if __name__ == "__main__":
    sys.exit(main())
