"""One file a vendor; each only translates."""
