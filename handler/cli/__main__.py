"""`python -m handler.cli`."""

from handler.cli import main

main(prog_name="clearcut")
