"""One room a vendor; each only translates."""

from handler.dialects.backgroundcut import BACKGROUNDCUT
from handler.dialects.base import Dialect
from handler.dialects.native import NATIVE
from handler.dialects.picwish import PICWISH
from handler.dialects.rembg import REMBG
from handler.dialects.removebg import REMOVEBG
from handler.dialects.snapotter import SNAPOTTER
from handler.dialects.threedaistudio import THREEDAISTUDIO

DIALECTS: tuple[Dialect, ...] = (
    NATIVE,
    REMOVEBG,
    THREEDAISTUDIO,
    PICWISH,
    SNAPOTTER,
    BACKGROUNDCUT,
    REMBG,
)
