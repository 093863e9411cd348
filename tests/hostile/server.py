"""The service as a process, real but for its model: that one finds the same disc in every picture."""

import numpy as np
import uvicorn

from handler.bootstrap.service import build
from handler.domain.image import Bytes, Floats
from handler.local import demo_key
from handler.settings import Settings
from handler.telemetry import configure_logging

CREDITS = 1_000_000_000


class DiscModel:
    """Sees a subject everywhere, so that nothing is refused for having none."""

    label = "disc@000000000000"
    input_size = (64, 64)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc with a soft edge."""
        across, down = np.meshgrid(np.linspace(-1, 1, rgb.shape[1]), np.linspace(-1, 1, rgb.shape[0]))
        disc: Floats = np.clip(4 - 6 * np.hypot(across, down), 0, 1).astype(np.float32)
        return disc


def main() -> None:
    """Serve until interrupted."""
    settings = Settings()
    configure_logging(settings.log_level, structured=False)
    service = build(settings, DiscModel())
    key = demo_key(service.books, settings.home / "demo-key")
    # A long run must meet the decoders to its end, and not an empty account.
    account = service.books.authentication.by_key(key).account_id
    service.books.bookkeeping.grant(account, CREDITS, "more")
    demo_key(service.books, settings.home / "strange-key")
    if service.labour is not None:
        service.labour.hands.start()
    uvicorn.run(service.app, host=settings.host, port=settings.port, log_level="warning")


if __name__ == "__main__":
    main()
