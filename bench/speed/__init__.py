"""Speed: the same photos through every system, interleaved in one run."""
