"""The scored file as others use it: CSV, SPSS with syntax, a codebook, a data package."""
