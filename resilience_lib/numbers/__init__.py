"""The numbers that a paper prints, and whether they still come out the same."""
