"""Models as rows of data, and the one way to run them."""
