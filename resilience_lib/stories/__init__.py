"""Coded stories: coding frames, segments, final codings, and how a story is told."""
