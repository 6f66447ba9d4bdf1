"""The gate for estimates."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.dependents import rests_on_hidden
from resilience_lib.disclosure.partitions import ALL, hide_complements
from resilience_lib.disclosure.rounding import COUNTED, round_estimates
from resilience_lib.disclosure.rules import SUPPRESSED, Rules
from resilience_lib.disclosure.texts import without_counts
from resilience_lib.reliability.rules import ALIKE
from resilience_lib.study.schema import Study

VALUES: tuple[str, ...] = (
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "df",
    "p_value",
    "p_adjusted",
    "n",
    "n_clusters",
)
"""What a suppressed row loses."""

_TABLE = ["outcome", "contrast", "estimand", "model"]
COMPLEMENT = SUPPRESSED + "another group could be worked out from it"


def clear_estimates(estimates: pd.DataFrame, study: Study) -> Cleared:
    """Estimates as they may be published.

    For a confidential study they are suppressed (`suppress_estimates`) and what is left is
    rounded (`rounding.round_estimates`).

    Parameters
    ----------
    estimates : DataFrame
        Estimate frame.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        Estimate frame in the same order; suppressed rows say so in `reason`.
    """
    rules = Rules.from_study(study)
    if rules.open_data:
        return seal(estimates, rules)
    kept, gone = suppress_estimates(estimates, study)
    # n of suppressed rows still says which changes are nested in which levels
    shown = round_estimates(kept.assign(n=estimates["n"].to_numpy()), study, rules)
    shown.loc[gone, "n"] = float("nan")
    notes = ["estimates are rounded by the number of pupils behind them"]
    if gone.any():
        notes.append(
            f"{int(gone.sum())} of {len(shown)} estimates of the study are suppressed for the "
            "protection of pupils"
        )
    return seal(shown, rules, notes)


def suppress_estimates(estimates: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.Series]:
    """Estimates of a confidential study without those that may not be seen; not rounded yet.

    - A row on fewer than `minimum_base` pupils or `minimum_schools` schools loses its values,
      and so does one that does not say on how many it rests (UK LLC guidebook, "Statistical
      Disclosure Control": means, standard deviations and variances on at least 10).
    - A share loses them where the pupils it counts, or the others, are fewer than
      `minimum_cell` (the same: percentages that refer to fewer than 10).
    - A group in which all pupils score the same, change by the same, or give the same answer to
      an item loses them: its mean is each pupil's value.
    - Where one group of a partition by gender, arm or both is hidden, or fewer than
      `minimum_base` pupils are in no group that shows, the next smallest is hidden too, and so
      is every difference between a hidden group and another.
    - Adjusted p-values of a family with a suppressed test go, since they may be its p-value.
    - Exact counts and weights in `method` and `reason` go (`texts.without_counts`).

    Parameters
    ----------
    estimates : DataFrame
        Estimate frame.
    study : Study
        A confidential one.

    Returns
    -------
    DataFrame, Series of bool
        The frame in the same order with a fresh index, and which rows are suppressed.
    """
    rules = Rules.from_study(study)
    frame = estimates.reset_index(drop=True)
    # details of a row stand behind the first semicolon and differ inside one table
    frame["model"] = frame["method"].str.split(";").str[0]
    # the same value twice, with another interval: a table of cells each
    repeated = frame.groupby([*_TABLE, "subgroup"], dropna=False).cumcount()
    frame["model"] += "; " + repeated.astype("str")
    cells = frame[[*_TABLE, "n"]].assign(**_cells(frame["subgroup"], study))
    reasons = _own_reasons(frame, rules)
    is_cell = ~frame["subgroup"].str.contains(" - ", regex=False)
    own = reasons != ""
    hidden = hide_complements(
        cells[is_cell],
        own[is_cell],
        within=_TABLE,
        parts=["gender", "arm"],
        size="n",
        minimum=rules.minimum_base,
    )
    reasons = reasons.mask(hidden.reindex(frame.index, fill_value=False) & ~own, COMPLEMENT)
    reasons = reasons.mask(rests_on_hidden(frame, reasons), COMPLEMENT)
    gone = reasons != ""
    tests = [frame["family"], frame["estimand"], frame["subgroup"]]
    spoilt = (gone & frame["p_adjusted"].notna()).groupby(tests).transform("any")
    frame.loc[spoilt, "p_adjusted"] = float("nan")
    frame.loc[gone, list(VALUES)] = float("nan")
    for name in ("method", "reason"):
        frame[name] = frame[name].map(lambda text: without_counts(text, rules))
    frame.loc[gone, "reason"] = reasons[gone]
    return frame.drop(columns="model"), gone


def _cells(subgroups: pd.Series, study: Study) -> dict[str, pd.Series]:
    """Gender and arm of each subgroup: "girls, small" is girls in small, "small" all in it."""
    arms = set(study.arm_names)
    pairs = [(ALL, text) if text in arms else [*text.split(", ", 1), ALL][:2] for text in subgroups]
    columns = {"gender": 0, "arm": 1}
    return {
        name: pd.Series([pair[at] for pair in pairs], index=subgroups.index, dtype="str")
        for name, at in columns.items()
    }


def _own_reasons(frame: pd.DataFrame, rules: Rules) -> pd.Series:
    """Why a row is suppressed for its own sake; "" where it is not."""
    reasons = pd.Series("", index=frame.index, dtype="str")
    counted = (frame["n"] * frame["estimate"]).round(6)
    few = pd.concat([counted, frame["n"] - counted], axis=1).min(axis=1) < rules.minimum_cell
    share = frame["estimand"].isin(COUNTED)
    unknown = frame["n"].isna() | frame["n_clusters"].isna()
    blank = frame["estimate"].isna() & unknown
    for where, why in (
        (_flat(frame) | frame["reason"].str.startswith(ALIKE), "all pupils of the group are alike"),
        (share & few, f"fewer than {rules.minimum_cell} pupils counted, or not counted"),
        (unknown & ~blank, "it does not say on how many pupils and schools it rests"),
        (
            frame["n_clusters"] < rules.minimum_schools,
            f"fewer than {rules.minimum_schools} schools",
        ),
        (frame["n"] < rules.minimum_base, f"fewer than {rules.minimum_base} pupils"),
    ):
        reasons = reasons.mask(where, SUPPRESSED + why)
    return reasons


def _flat(frame: pd.DataFrame) -> pd.Series:
    """Rows of a group whose scores, or changes, do not vary."""
    spread = frame[frame["estimand"].eq("sd") & frame["estimate"].abs().lt(1e-9)]
    changed = frame[frame["estimand"].eq("d_z") & frame["estimate"].isna() & frame["n"].gt(1)]
    key = ["outcome", "contrast", "subgroup"]
    rows = pd.concat([spread, changed])[key].itertuples(index=False, name=None)
    alike = set(rows)
    found = [row in alike for row in frame[key].itertuples(index=False, name=None)]
    return pd.Series(found, index=frame.index, dtype=bool)
