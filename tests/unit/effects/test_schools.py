"""Schools' change, as it was and drawn towards the mean, against R and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.schools import pupil_changes, pupil_scores, school_changes


@pytest.mark.reference
@pytest.mark.parametrize(("name", "cases"), [("star", 6), ("synthetic", 4)])
def test_shrunken_changes_equal_lme4(name, cases, request, reference):
    analysis = request.getfixturevalue(name)
    theirs = reference("school_change.csv").query("data == @name").astype({"school": "str"})
    changes = pupil_changes(analysis, [("T1", "T2"), ("T1", "T3"), ("T1", "T4")])
    ours = school_changes(changes)
    keys = ["outcome", "contrast", "school"]
    both = theirs.merge(ours, on=keys, suffixes=("", "_ours"), validate="one_to_one")
    assert len(both) == len(theirs)
    assert theirs.groupby(["outcome", "contrast"]).ngroups == cases
    assert (both["n"] == both["n_ours"]).all()
    for column in ("shrunk", "shrunk_low", "shrunk_high"):
        # no variance between schools in one of R's fits either
        assert (both[column].isna() == both[f"{column}_ours"].isna()).all()
        gap = (both[f"{column}_ours"] - both[column]).abs().dropna()
        assert (gap <= 1e-4 * both["std_error"][gap.index]).all(), (column, gap.max())


def changes_of(*schools):
    return pd.DataFrame(
        [("x", "T2 - T1", f"s{at}", float(value))
         for at, values in enumerate(schools) for value in values],
        columns=["outcome", "contrast", "school", "change"],
    )  # fmt: skip


def test_three_schools_by_hand():
    # means 1.5, 5.5, 9.5; within (0.25 * 2 * 3) / 3 = 0.5, mean square between 2 * 32 / 2 = 32;
    # balanced, so REML is the analysis of variance: B = (32 - 0.5) / 2 = 15.75;
    # share 2 * 15.75 / (31.5 + 0.5) = 63 / 64
    got = school_changes(changes_of((1, 2), (5, 6), (9, 10)))
    share = 63 / 64
    assert got["shrunk"].tolist() == pytest.approx([5.5 - share * 4, 5.5, 5.5 + share * 4])
    # B (1 - s) = 15.75 / 64, Var(m) = 32 / 6
    error = (15.75 / 64 + (1 / 64) ** 2 * 32 / 6) ** 0.5
    width = (got["shrunk_high"] - got["shrunk_low"]).tolist()
    assert width == pytest.approx([2 * 1.959963984540054 * error] * 3)
    # as it was: t(1) = 12.706, SD 0.7071 over sqrt 2
    assert got["conf_high"].iloc[0] == pytest.approx(1.5 + 12.7062047 * 0.5)


def test_schools_that_do_not_differ_or_stand_alone_have_no_shrunken_change():
    for frame in (
        changes_of((1, 5), (2, 4), (0, 6)),  # equal means
        changes_of((1, 5, 3)),  # one school
        changes_of((1,), (2,), (5,)),  # one pupil each
        changes_of((1, 1), (2, 2)),  # pupils of a school alike
    ):
        got = school_changes(frame)
        assert got[["shrunk", "shrunk_low", "shrunk_high"]].isna().all(axis=None)
        assert got["estimate"].notna().all()


def test_nothing_gives_the_columns_and_no_row():
    nothing = school_changes(pupil_changes(pd.DataFrame(columns=["pupil", "score"]), []))
    assert len(nothing) == 0
    assert {"estimate", "shrunk", "shrunk_low", "shrunk_high"} <= set(nothing.columns)


def test_scores_keep_whom_no_wave_pairs():
    frame = pd.DataFrame(
        {"pupil": ["a", "a", "b"], "school": "1", "gender": "girls", "arm": None, "outcome": "x",
         "wave": ["T1", "T2", "T1"], "score": [1.0, np.nan, 2.0]}
    )  # fmt: skip
    assert pupil_scores(frame)[["pupil", "score"]].values.tolist() == [["a", 1.0], ["b", 2.0]]
