"""The systems that are measured, each started as its own users start it."""
