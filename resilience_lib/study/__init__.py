"""The study file as a frozen, validated object."""
