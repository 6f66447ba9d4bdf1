"""The only gate from pupil data to anything published: it alone makes `Cleared` objects."""
