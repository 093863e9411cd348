"""Embedded stores: SQLite and a folder, for one machine and any number of processes on it."""
