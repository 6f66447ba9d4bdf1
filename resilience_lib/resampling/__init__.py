"""Resampling: streams of random numbers by name, and schools drawn or left out."""
