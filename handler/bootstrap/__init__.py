"""
The only place where things are made and joined.

What needs no more than the books must not pay for the rest: `service`, which brings the web and the
model, is imported by its own name.
"""

from handler.bootstrap.books import Books, open_books

__all__ = ["Books", "open_books"]
