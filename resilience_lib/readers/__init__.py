"""One module per kind of raw file; readers are handed verified paths."""
