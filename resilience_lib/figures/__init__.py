"""One module per figure, one function to draw it, no statistics in it."""
