"""Use cases: each reads top to bottom, without a branch on dialect or backend."""
