"""The only door to data/: checksums, provenance, atomic writes."""
