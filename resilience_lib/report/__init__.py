"""Pages that a reader opens: made only of what the disclosure room has cleared."""
