"""
How the embedded matting model is made: pack -> train -> evaluate -> export -> quantize.

Reading order: `sources`, `packing`, `scenery`, `strands`, `compositing`, `augmentation` (numpy only),
then `network`, `losses`, `train`, `evaluate`, `export`, `quantize` (the training extra).
"""
