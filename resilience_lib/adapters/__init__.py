"""One module for each outside package with quirks."""
