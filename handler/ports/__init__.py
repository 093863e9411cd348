"""What the house needs from outside, as protocols; a backend holds primitives, policy sits in services."""

from handler.ports.accounts import AccountStore, KeyStore
from handler.ports.courier import Courier
from handler.ports.gateway import GatewayKeys
from handler.ports.idempotency import AttemptStore
from handler.ports.images import ImageSource
from handler.ports.jobs import JobStore
from handler.ports.model import MattingModel, ModelShelf
from handler.ports.objects import ObjectStore, SignedFiles
from handler.ports.queue import Delivery, MessageQueue
from handler.ports.tokens import SigningSecret, TokenUses

__all__ = [
    "AccountStore",
    "AttemptStore",
    "Courier",
    "Delivery",
    "GatewayKeys",
    "ImageSource",
    "JobStore",
    "KeyStore",
    "MattingModel",
    "MessageQueue",
    "ModelShelf",
    "ObjectStore",
    "SignedFiles",
    "SigningSecret",
    "TokenUses",
]
