"""The service on a laptop: embedded stores, a demo key, and a line to paste."""

import logging
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from handler.bootstrap import Books
from handler.bootstrap.service import build
from handler.domain.errors import AuthenticationError, ClearcutError
from handler.inference.catalogue import CatalogueError
from handler.settings import Settings
from handler.telemetry import configure_logging

DEMO_CREDITS = 1_000_000
SWEEP_SECONDS = 60
logger = logging.getLogger(__name__)


def main() -> int:
    """Serve until interrupted."""
    settings = Settings()
    configure_logging(settings.log_level, structured=False)
    try:
        listening = socket.create_server((settings.host, settings.port))
    except OSError as error:
        _say(f"Port {settings.port} cannot be had ({error.strerror}). Try: PORT=8001 make run")
        return 1
    _say("loading the model ...")
    try:
        service = build(settings)
    except CatalogueError as error:
        _say(f"No model: {error}")
        return 1
    key = demo_key(service.books, settings.home / "demo-key")
    host, port = listening.getsockname()[:2]
    _say(_welcome(f"http://{host}:{port}", key, settings.home / "demo-key"))
    stopping = threading.Event()
    threading.Thread(target=_sweep, args=(service.books, stopping), daemon=True).start()
    config = uvicorn.Config(service.app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])
    stopping.set()
    return 0


def demo_key(books: Books, path: Path) -> str:
    """Give the demo account's key, made at the first start and kept in a file that only its owner reads."""
    if path.exists():
        kept = path.read_text("utf-8").strip()
        try:
            books.authentication.by_key(kept)
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


def _sweep(books: Books, stopping: threading.Event) -> None:
    """Give back what killed processes held: now, and every minute."""
    while True:
        try:
            released = books.sweep()
        except ClearcutError:
            logger.exception("sweep failed")
        else:
            if released:
                logger.info("gave back lapsed holds", extra={"count": released})
        if stopping.wait(SWEEP_SECONDS):
            return


def _welcome(address: str, key: str, path: Path) -> str:
    return f"""
Clearcut listens on {address}   (documentation: {address}/docs)
Demo key with 1,000 credits, kept in {path}: {key}

  curl -f {address}/v1/remove -H 'x-api-key: {key}' -F image_file=@photo.jpg -o cutout.png
"""


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
