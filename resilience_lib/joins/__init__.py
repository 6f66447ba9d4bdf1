"""Pupils, classes, schools and scores brought together, with a report of what matched."""
