"""
The parameters of `/v1/remove`, by what they are about.

cut    how the subject is found and its edge treated
shape  which part of the picture is shown, where, and how large
back   what lies behind
out    the file, and how it is delivered
"""

from handler.dialects.native.table import back, cut, out, shape
from handler.dialects.reading.parameter import Table

CUT: Table = cut.TABLE
SHAPE: Table = shape.TABLE
BACK: Table = back.TABLE
FILE: Table = out.FILE
REQUEST: Table = out.REQUEST

OF_A_VARIANT: Table = (*SHAPE, *BACK, *FILE)
EVERY: Table = (*CUT, *OF_A_VARIANT, *REQUEST)
