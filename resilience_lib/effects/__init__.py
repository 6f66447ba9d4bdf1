"""Estimands: change between waves, effects against a comparison, and what describes them."""
