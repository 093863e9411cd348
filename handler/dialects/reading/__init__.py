"""
What every dialect reads its callers' words with, so that a dialect is a table and its answers.

parameter    a table of typed parameters, and the values that a request gives them
kinds        parameters of a usual kind: a choice, a flag, a count, a number
measures     texts as lengths, margins, regions, percentages, positions and ratios
colours      texts as colours and gradients
nested       lists and objects that come as text
models       names of other services' models, as our qualities
packed       one text field that holds all of them as JSON
source       the one picture among the names that a dialect has for it
strays       what a request holds besides: blanks, and names that nobody knows
description  the same tables as OpenAPI
"""
