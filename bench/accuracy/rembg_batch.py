"""
Cuts out many pictures by rembg in one process: `rembg_batch.py SETTING < jobs`.

Runs in rembg's own environment, so it knows nothing of this project. A job is a line of two paths, source
and result, with a tab between; the result's path is printed when it is there.
"""

import contextlib
import sys
from pathlib import Path

from PIL import Image
from rembg import new_session, remove

# Alpha matting estimates the foreground's colour too; decontamination is that estimate alone.
SETTINGS = {"default": {}, "decontaminate": {"decontaminate": True}, "matting": {"alpha_matting": True}}


def main() -> None:
    """Work through the jobs."""
    chosen = SETTINGS[sys.argv[1]]
    session = new_session("isnet-general-use")
    for job in sys.stdin.read().splitlines():
        source, result = job.split("\t")
        # Its matting prints warnings where only paths are expected.
        with Image.open(source) as image, contextlib.redirect_stdout(sys.stderr):
            cutout = remove(image, session=session, **chosen)
        # Half a file must not be taken for a kept one.
        part = Path(f"{result}.part")
        cutout.save(part, "PNG", compress_level=1)
        part.replace(result)
        print(result, flush=True)


if __name__ == "__main__":
    main()
