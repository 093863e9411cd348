"""One room a vendor; each only translates."""

from handler.dialects.base import Dialect
from handler.dialects.native import NATIVE

DIALECTS: tuple[Dialect, ...] = (NATIVE,)
