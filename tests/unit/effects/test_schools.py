"""Schools' change, as it was and drawn towards the mean, against R and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from resilience_lib.effects.schools import (
    SHRUNKEN,
    pupil_changes,
    pupil_scores,
    school_changes,
)


@pytest.mark.reference
@pytest.mark.parametrize(("name", "cases"), [("star", 6), ("synthetic", 4)])
def test_shrunken_changes_equal_r(name, cases, request, reference):
    analysis = request.getfixturevalue(name)
    theirs = reference("school_change.csv").query("data == @name").astype({"school": "str"})
    changes = pupil_changes(analysis, [("T1", "T2"), ("T1", "T3"), ("T1", "T4")])
    ours = school_changes(changes)
    keys = ["outcome", "contrast", "school"]
    both = theirs.merge(ours, on=keys, suffixes=("", "_ours"), validate="one_to_one")
    assert len(both) == len(theirs)
    assert theirs.groupby(["outcome", "contrast"]).ngroups == cases
    assert (both["n"] == both["n_ours"]).all()
    for column in SHRUNKEN:
        # given where REML finds no variance between schools as well
        gap = (both[f"{column}_ours"] - both[column]).abs()
        assert (gap <= 1e-6 * both["std_error"]).all(), (column, gap.max())


def changes_of(*schools):
    return pd.DataFrame(
        [("x", "T2 - T1", f"s{at}", float(value))
         for at, values in enumerate(schools) for value in values],
        columns=["outcome", "contrast", "school", "change"],
    )  # fmt: skip


def test_schools_with_equal_means_by_hand():
    # n = 2, k = 3, all means 3, so that S is the sum of squares within, 8 + 2 + 18, whatever r:
    # p(r) is 1 / (1 + 2 r^2), so r = tan(x) / sqrt(2) with x even on 0 to pi / 2, and a school is
    # t(4) around 3 with squared scale 28 / 4 / 2 (sin(x)^2 + cos(x)^2 / 3)
    got = school_changes(changes_of((1, 5), (2, 4), (0, 6)))
    assert got["shrunk"].tolist() == pytest.approx([3.0] * 3)
    width = float(got["shrunk_high"].iloc[0]) - 3.0

    def within(x):
        scale = np.sqrt(28 / 8 * (np.sin(x) ** 2 + np.cos(x) ** 2 / 3))
        return stats.t.cdf(width / scale, 4) * 2 / np.pi

    assert integrate.quad(within, 0, np.pi / 2)[0] == pytest.approx(0.975, abs=1e-9)
    assert got["shrunk_low"].tolist() == pytest.approx([3.0 - width] * 3)
    # as it was: t(1) = 12.706, SD 2.8284 over sqrt 2
    assert got["conf_high"].iloc[0] == pytest.approx(3.0 + 12.7062047 * 2)


def test_schools_far_apart_are_left_where_they_are_with_the_variance_within_of_all():
    # nothing is drawn in: the mean with t(8 - 4) and the mean square within, (4 x 2) / 4 = 2
    got = school_changes(changes_of((-1e6, -1e6 + 2), (0, 2), (3e6, 3e6 + 2), (9e6, 9e6 + 2)))
    assert got["shrunk"].tolist() == pytest.approx(got["estimate"].tolist(), abs=1e-5)
    half = stats.t.ppf(0.975, 4) * np.sqrt(2 / 2)
    assert (got["shrunk_high"] - got["estimate"]).tolist() == pytest.approx([half] * 4, rel=1e-5)


def test_a_school_of_few_is_drawn_in_more_and_the_order_of_pupils_is_none():
    frame = changes_of((1, 2, 3, 2, 1, 3) * 4, (9, 8), (4, 5, 6, 5, 4, 6) * 4, (5, 4, 6, 5) * 5)
    got = school_changes(frame)
    moved = (got["shrunk"] - got["estimate"]).abs()
    assert moved.idxmax() == 1 and got["shrunk"].iloc[1] < 8.5
    assert ((got["shrunk_low"] < got["shrunk"]) & (got["shrunk"] < got["shrunk_high"])).all()
    mixed = school_changes(frame.sample(frac=1.0, random_state=1))
    assert np.allclose(mixed[list(SHRUNKEN)], got[list(SHRUNKEN)], rtol=1e-12)


def test_two_schools_and_pupils_who_do_not_differ_give_no_shrunken_change():
    for frame in (
        changes_of((1, 5, 3)),  # one school
        changes_of((1, 5), (2, 6)),  # two: no proper posterior
        changes_of((1,), (2,), (5,)),  # one pupil each
        changes_of((1, 1), (2, 2), (4, 4)),  # pupils of a school alike
        changes_of((1, 1), (1, 1), (1, 1)),
        # alike but for rounding
        changes_of((0.3 - 0.1, 0.2), (0.4, 0.7 - 0.3), (0.1, 0.1)),
    ):
        got = school_changes(frame)
        assert got[list(SHRUNKEN)].isna().all(axis=None)
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
