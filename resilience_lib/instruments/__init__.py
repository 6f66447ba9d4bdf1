"""Scores from answers."""
