"""Tables as authors hand them in: CSV, HTML and Word, from cleared frames alone."""
