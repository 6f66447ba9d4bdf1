"""Stories and numbers read together: counts, joint displays, convergence."""
