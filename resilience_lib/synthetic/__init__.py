"""Pupils that do not exist, from a declared truth."""
