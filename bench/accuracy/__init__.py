"""Accuracy: cut-outs against known answers, ours and rembg's on the same pictures in one run."""
