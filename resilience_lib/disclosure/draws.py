"""The gate for distributions of bootstrap draws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.estimates import suppress_estimates
from resilience_lib.disclosure.rounding import SCALED, steps_of, unit_for
from resilience_lib.disclosure.rules import Rules
from resilience_lib.frames import estimate_frame
from resilience_lib.study.schema import Study

KEYS = ["outcome", "contrast", "subgroup", "estimand"]
_BINS = 16
"""About as many as shares in hundredths leave a shape to."""
DRAWS_COLUMNS: tuple[str, ...] = (*KEYS, "bin_low", "bin_high", "share")


def clear_bootstrap(bootstrap: pd.DataFrame, study: Study) -> Cleared:
    """Histograms of bootstrap draws as they may be published.

    For a confidential study an estimate that is suppressed (`estimates.suppress_estimates`, by
    its pupils and schools) loses its bins, and so does one whose draws do not vary. Of others
    edges are whole units of the estimate's (`rounding.unit_for`), draws being spread evenly over
    their bin, and shares have two decimals, so that neither the mean of the draws nor the most
    extreme of them says more than the estimate and its interval do.

    Parameters
    ----------
    bootstrap : DataFrame
        `DRAWS_COLUMNS`, n, n_clusters; one row a bin.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same; n is rounded. Suppressed estimates have no row.
    """
    rules = Rules.from_study(study)
    columns = [*DRAWS_COLUMNS, "n", "n_clusters"]
    frame = bootstrap.reset_index(drop=True)[columns]
    if rules.open_data or frame.empty:
        return seal(frame, rules)
    blocks = [rows for _, rows in frame.groupby(KEYS, sort=False)]
    gone = _gone(blocks, study)
    shown = [_coarser(rows, study, rules) for rows, no in zip(blocks, gone, strict=True) if not no]
    note = f"the draws of {sum(gone)} estimates are suppressed for the protection of pupils"
    cleared = pd.concat(shown) if shown else frame.iloc[:0]
    return seal(cleared[columns], rules, [note if any(gone) else ""])


def _gone(blocks: list[pd.DataFrame], study: Study) -> list[bool]:
    """Which estimates may not be seen."""
    rows = []
    for block in blocks:
        first = block.iloc[0]
        drawn = block[block["share"] > 0]
        flat = len(drawn) < 2
        rows.append(
            {name: first[name] for name in KEYS}
            # draws that do not vary are of pupils, or schools, that are all alike
            | {"estimate": 0.0, "n": 0.0 if flat else first["n"]}
            | {"n_clusters": first["n_clusters"], "method": "draws of schools"}
        )
    return [bool(no) for no in suppress_estimates(estimate_frame(rows), study)[1]]


def _coarser(rows: pd.DataFrame, study: Study, rules: Rules) -> pd.DataFrame:
    """One histogram with edges in whole units, shares in hundredths, and no empty bin."""
    first = rows.iloc[0]
    scaled = first["estimand"] in SCALED
    step, _, finest = steps_of(study)[first["outcome"]] if scaled else (1.0, 4.0, 0.01)
    unit = unit_for(first["n"], step, finest)
    reach = float(rows["bin_high"].max() - rows["bin_low"].min())
    size = max(1, round(reach / _BINS / unit)) * unit
    low = np.floor(rows["bin_low"].min() / size)
    high = np.ceil(rows["bin_high"].max() / size)
    edges = np.arange(low, high + 1) * size
    # what lies below each edge, if draws are spread evenly over their bin
    sums = rows["share"].cumsum()
    ends = np.column_stack([rows["bin_low"], rows["bin_high"]]).ravel()
    below = np.interp(edges, ends, np.column_stack([sums - rows["share"], sums]).ravel())
    share = np.diff(below).round(2)
    named = {name: first[name] for name in KEYS}
    result = pd.DataFrame({"bin_low": edges[:-1].round(6), "bin_high": edges[1:].round(6)})
    result = result.assign(
        **named, share=share, n=rules.rounded(first["n"]), n_clusters=first["n_clusters"]
    )
    return result[result["share"] > 0]
