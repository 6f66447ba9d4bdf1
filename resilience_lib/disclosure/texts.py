"""Counts that stand in words."""

from __future__ import annotations

import re

from resilience_lib.disclosure.rounding import unit_for
from resilience_lib.disclosure.rules import Rules

_COUNT = re.compile(r"\b(fewer than )?(\d[\d,]*) pupils?\b")
_MERGED = re.compile(r"answers [\d and]+ merged: one was empty in a group")
_ALPHA = re.compile(r"\breliability (0?\.\d+)(?= \(alpha at )")
_WEIGHTS = re.compile(r"; all = [^;]*")


def without_counts(text: str, rules: Rules) -> str:
    """A method or reason without exact counts of pupils.

    Counts are rounded or said to be below the minimum; the shares of groups, from which a
    small group could be counted, become words. Which answers nobody in a group gave, a count
    of zero, is not said.

    Examples
    --------
    >>> rules = Rules("s", False, False, 10, 10, 3)
    >>> without_counts("OLS; 3 pupils without gender left out; all = 0.98 boys + 0.02 girls",
    ...                rules)
    'OLS; fewer than 10 pupils without gender left out; all weighted by shares of the groups'
    >>> without_counts("OLS; 44 pupils left out", rules)
    'OLS; about 40 pupils left out'
    >>> without_counts("fewer than 5 pupils seen at both waves", rules)
    'fewer than 10 pupils seen at both waves'
    >>> without_counts("answers 1 and 2 merged: one was empty in a group", rules)
    'answers that few gave are merged'
    """
    if rules.open_data:
        return text

    def about(match: re.Match[str]) -> str:
        count = rules.rounded(float(match.group(2).replace(",", "")))
        if count != count or match.group(1):
            return f"fewer than {rules.minimum_cell} pupils"
        return f"about {count:.0f} pupils"

    said = _MERGED.sub("answers that few gave are merged", _COUNT.sub(about, text))
    return _WEIGHTS.sub("; all weighted by shares of the groups", said)


def with_coarse_alpha(text: str, n: float) -> str:
    """A method with the alpha of these pupils as coarse as `rounding.unit_for` so many says.

    Examples
    --------
    >>> with_coarse_alpha("SD at T1, reliability 0.788 (alpha at T1 of these pupils)", 30.0)
    'SD at T1, reliability 0.8 (alpha at T1 of these pupils)'
    >>> with_coarse_alpha("SD at T1, reliability 0.788 (Manual 2001)", 30.0)
    'SD at T1, reliability 0.788 (Manual 2001)'
    """
    unit = unit_for(n)

    def coarse(match: re.Match[str]) -> str:
        return f"reliability {round(float(match.group(1)) / unit) * unit:.3g}"

    return _ALPHA.sub(coarse, text)
