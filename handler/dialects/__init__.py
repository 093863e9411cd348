"""One room a vendor; each only translates."""

from handler.dialects.base import Dialect
from handler.dialects.native import NATIVE
from handler.dialects.rembg import REMBG

DIALECTS: tuple[Dialect, ...] = (NATIVE, REMBG)
