"""The build: what is stale, in which order, and running it.

What is imported to find that nothing is stale is the standard library alone.
"""
