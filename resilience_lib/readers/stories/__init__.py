"""Coded stories as the tools export them: one reader a kind, all hand on the same tables."""
