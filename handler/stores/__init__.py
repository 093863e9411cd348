"""Where accounts live: one room a backend."""
