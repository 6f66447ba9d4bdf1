"""A runnable, commented study to start from."""
