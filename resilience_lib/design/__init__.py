"""Design help: what a planned study could find, by formula and by simulation."""
