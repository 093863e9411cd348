"""The service on a laptop: embedded stores, a demo key, and a line to paste."""

import gc
import logging
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from handler.bootstrap import Books
from handler.bootstrap.complaint import complaint
from handler.bootstrap.model import loading
from handler.domain.errors import AuthenticationError, ClearcutError, PermissionDeniedError
from handler.domain.money import format_credits
from handler.inference.catalogue import CatalogueError
from handler.settings import Settings
from handler.telemetry import configure_logging

if TYPE_CHECKING:
    from handler.bootstrap.service import Service

DEMO_CREDITS = 1_000_000
SWEEP_SECONDS = 60
# An answer takes the interpreter some twelve times, after each call of the system: by Python's own 5 ms a
# turn, /health would wait for as many turns of the threads that cut out. Shorter turns cost them nothing.
SWITCH_SECONDS = 0.0005
logger = logging.getLogger(__name__)


def main() -> int:
    """Serve until interrupted; what keeps it from that is said in one line."""
    try:
        return _serve(Settings())
    except (ClearcutError, ValidationError) as error:
        _say(complaint(error))
    except CatalogueError as error:
        _say(f"No model: {error}")
    return 1


def _serve(settings: Settings) -> int:
    configure_logging(settings.log_level, structured=False)
    try:
        listening = socket.create_server((settings.host, settings.port))
    except OSError as error:
        _say(f"Port {settings.port} cannot be had ({error.strerror}). Try: PORT=8001 make run")
        return 1
    _say("loading the model ...")
    host, port = listening.getsockname()[:2]
    with loading(settings) as model:
        # Imported meanwhile: one after the other they would take as long again.
        import uvicorn  # noqa: PLC0415

        from handler.bootstrap.service import build  # noqa: PLC0415

        service = build(settings.model_copy(update={"port": port}), model.result())
    sys.setswitchinterval(SWITCH_SECONDS)
    config = uvicorn.Config(service.app, log_level="warning", access_log=False, server_header=False)
    server = uvicorn.Server(config)
    # The server listens to signals only while it runs; whoever reads the greeting may be faster.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    _say(greeting(settings, service.books, f"http://{host}:{port}"))
    stopping = threading.Event()
    threading.Thread(target=_sweep, args=(service, stopping), daemon=True).start()
    if service.labour is not None:
        service.labour.hands.start()
    # All this lives until the end; to look through it for garbage would stop everything for 40 ms.
    gc.freeze()
    server.run(sockets=[listening])
    stopping.set()
    if service.labour is not None:
        service.labour.hands.stop()
    return 0


def greeting(settings: Settings, books: Books, address: str) -> str:
    """What is said when it listens; embedded stores, and no others, get a demo key if they have none."""
    if settings.table_name:
        key = "YOUR_KEY"
        about_key = f"No demo key: the accounts are those of the table {settings.table_name}"
    else:
        path = settings.home / "demo-key"
        key = demo_key(books, path)
        about_key = f"Demo key {_standing(books, key)}, kept in {path}: {key}"
    return f"""
Clearcut listens on {address}   (documentation: {address}/docs)
{about_key}

  curl -f {address}/v1/remove -H 'x-api-key: {key}' -F image_file=@photo.jpg -o cutout.png
"""


def demo_key(books: Books, path: Path) -> str:
    """Give the demo account's key, made at the first start and kept in a file that only its owner reads."""
    if path.exists():
        kept = path.read_text("utf-8").strip()
        try:
            books.authentication.by_key(kept)
        except PermissionDeniedError:
            logger.warning("the demo account is suspended: ./clearcut accounts resume lets it work again")
            return kept
        except AuthenticationError:
            logger.warning("the demo key is of other stores: making another", extra={"path": str(path)})
        else:
            return kept
    account_id = books.bookkeeping.create_account("demo", "Demo")
    books.bookkeeping.grant(account_id, DEMO_CREDITS, "demo")
    _, secret = books.keys.create(account_id, "demo")
    path.touch(mode=0o600)
    path.write_text(secret + "\n", "utf-8")
    return secret


def _standing(books: Books, key: str) -> str:
    try:
        account_id = books.authentication.by_key(key).account_id
    except PermissionDeniedError:
        return "of a suspended account"
    return f"with {format_credits(books.bookkeeping.find(account_id).balance)} credits left"


def _sweep(service: "Service", stopping: threading.Event) -> None:
    """Give back what killed processes held, and look after jobs: now, and every minute."""
    while True:
        try:
            released = service.books.sweep()
            if service.labour is not None:
                service.labour.upkeep.sweep()
        except ClearcutError:
            logger.exception("sweep failed")
        else:
            if released:
                logger.info("gave back lapsed holds", extra={"count": released})
        if stopping.wait(SWEEP_SECONDS):
            return


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
