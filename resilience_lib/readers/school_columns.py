"""The Department for Education's columns and symbols, as they changed from release to release."""

from __future__ import annotations

import re

SYMBOLS: dict[str, str] = {
    "x": "not available",
    "z": "not applicable",
    "c": "confidential, suppressed",
    "low": "rounds to 0 but is not 0",
    "u": "low reliability",
    ":": "not available or not applicable (older releases)",
    "~": "rounds to 0 but is not 0 (older releases)",
}
"""Data symbols of the department's standards for open data (its analysts' guide, Data symbols,
which names : and ~ as obsolete)."""

PLACE_SYMBOLS: tuple[str, ...] = ("x", "z", ":")
"""Those that also stand in columns of codes and names."""

RENAMED: dict[str, str] = {
    "year": "time_period",
    "level": "geographic_level",
    "urn": "school_urn",
    "laestab": "school_laestab",
    "school_type": "education_phase",
    "fixed_excl": "suspension",
    "fixed_excl_rate": "susp_rate",
    "one_plus_fixed": "one_plus_susp",
    "one_plus_fixed_rate": "one_plus_susp_rate",
    "one_or_more_fixed_excl_rate": "one_plus_susp_rate",
}
"""Names of older releases, and what the same column is called now."""

SHARES: dict[str, tuple[str, str]] = {
    "sess_overall_percent": ("sess_overall", "sess_possible"),
    "sess_authorised_percent": ("sess_authorised", "sess_possible"),
    "sess_unauthorised_percent": ("sess_unauthorised", "sess_possible"),
    "enrolments_pa_10_exact_percent": ("enrolments_pa_10_exact", "enrolments"),
    "enrolments_pa_50_exact_percent": ("enrolments_pa_50_exact", "enrolments"),
    "perm_excl_rate": ("perm_excl", "headcount"),
    "susp_rate": ("suspension", "headcount"),
    "one_plus_susp_rate": ("one_plus_susp", "headcount"),
}
"""Percentages, and the counts they come from: first / second x 100."""

NO_MORE_THAN: dict[str, str] = {
    "sess_overall": "sess_possible",
    "sess_authorised": "sess_possible",
    "sess_unauthorised": "sess_possible",
    "enrolments_pa_10_exact": "enrolments",
    "enrolments_pa_50_exact": "enrolments",
    "one_plus_susp": "headcount",
}
"""Counts that are part of another. One pupil can be suspended more than once."""

SUM: tuple[str, str, str] = ("sess_overall", "sess_authorised", "sess_unauthorised")
"""The first is the sum of the others."""

KINDS: dict[str, tuple[str, ...]] = {
    "attendance": ("sess_possible", "sess_overall"),
    "suspensions": ("headcount", "suspension"),
}
"""What a file of each kind has at least, beside time_period and geographic_level."""

NUMERIC = re.compile(
    r"(?:sess|enrolments)(?:_\w+)?|num_schools|headcount|perm_excl(?:_rate)?|suspension|susp_rate"
    r"|one_plus_susp(?:_rate)?|\w+_percent"
)
"""Columns that hold numbers or symbols, nothing else."""
