"""The data dictionary of a study's raw files, as frozen, validated objects."""
