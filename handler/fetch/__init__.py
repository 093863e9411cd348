"""Pictures from addresses that callers write: only the public web is reached, and only for so long."""
