"""Effect sizes against worked examples in print, by hand, and against pingouin's naming."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.effects.groups import estimate_groups, estimate_groups_from_summary
from resilience_lib.effects.median_share import median_share
from resilience_lib.effects.overlap import estimate_overlap
from resilience_lib.effects.pretest_posttest import estimate_ppc2_from_summary
from resilience_lib.effects.rank_pairs import estimate_rank_pairs
from resilience_lib.effects.ranks import estimate_ranks
from resilience_lib.effects.two_waves import estimate_two_waves, estimate_two_waves_from_summary
from resilience_lib.effects.variance import estimate_variance

# Lakens 2013, Frontiers in Psychology 4, 863, table 1: ten ratings of two films
FILM_1 = [9, 7, 8, 9, 8, 9, 9, 10, 9, 9]
FILM_2 = [9, 6, 7, 8, 7, 9, 8, 8, 8, 7]


def values(frame):
    return dict(zip(frame["estimand"], frame["estimate"], strict=True))


def test_borenstein_2009_two_groups():
    # Introduction to Meta-Analysis, chapter 4: means 103 and 100, SDs 5.5 and 4.5, 50 each
    row = estimate_groups_from_summary((103, 100), (5.5, 4.5), (50, 50), exact=False).iloc[0]
    assert round(row["estimate"], 4) == 0.5924
    assert row["method"] == "difference of means / pooled SD; approximate J of 98 df"


def test_borenstein_2009_one_group():
    # the same chapter: difference 3, its SD 5.5, r .7, 50 pairs; SD within 5.5 / sqrt(2 x .3)
    within = 5.5 / np.sqrt(0.6)
    got = estimate_two_waves_from_summary(
        (100, 103), (within, within), 50, 0.7, names=("d_rm", "g_rm")
    )  # fmt: skip
    assert round(values(got)["d_rm"], 4) == 0.4225
    # they print .4160 with the approximate J of 49 df
    assert values(got)["g_rm"] == pytest.approx(0.4160, abs=1e-4)


def test_lakens_2013_films():
    # d_s 1.13, g_s 1.08, CLES .79; d_z 1.50 (differences of mean 1 and SD .667), d_av 1.13
    scores, film = FILM_1 + FILM_2, ["1"] * 10 + ["2"] * 10
    assert (
        round(values(estimate_groups(scores, film, levels=("1", "2")))["g_independent"], 2) == 1.08
    )
    shares = values(estimate_overlap(scores, film, levels=("1", "2")))
    assert round(shares["cles_normal"], 2) == 0.79
    paired = values(estimate_two_waves(FILM_2, FILM_1, names=("d_z", "d_av_mean", "d_av_rms")))
    assert {name: round(d, 2) for name, d in paired.items()} == {
        "d_z": 1.5, "d_av_mean": 1.13, "d_av_rms": 1.13,
    }  # fmt: skip


def test_morris_2008_table_5():
    # five studies of training; columns of programme and comparison; d_ppc2 as printed
    studies = [
        ((30.6, 23.1), (38.5, 19.7), (15.0, 13.8), (11.6, 14.8), (20, 20), 0.47, 0.77),
        ((23.5, 24.9), (26.8, 25.3), (3.1, 4.1), (4.1, 3.3), (50, 42), 0.64, 0.80),
        ((0.5, 0.6), (0.7, 0.6), (0.1, 0.2), (0.1, 0.2), (9, 9), 0.77, 1.20),
        ((53.4, 55.7), (75.9, 60.7), (14.5, 17.3), (4.4, 17.9), (10, 11), 0.89, 1.05),
        ((35.6, 34.8), (36.0, 33.4), (4.7, 3.1), (4.6, 6.9), (14, 14), 0.44, 0.44),
    ]
    for pre, post, sd_pre, sd_post, n, r, printed in studies:
        for exact in (True, False):
            got = estimate_ppc2_from_summary(pre, post, sd_pre, sd_post, n, (r, r), exact=exact)
            assert round(got["estimate"].iloc[0], 2) == printed


def test_ranks_by_hand():
    # 1 3 | 2 2 3: pairs 1<2 1<2 1<3 3>2 3>2 3=3: 2 wins, 3 losses, a tie: A = 2.5 / 6
    got = values(estimate_ranks([1, 3, 2, 2, 3], list("aabbb"), levels=("a", "b")))
    assert got["prob_superiority"] == pytest.approx(2.5 / 6)
    assert got["rank_biserial"] == pytest.approx(-1 / 6)
    # changes 0 -1 2 2 4: ranks 1, 2.5, 2.5, 4: (9 - 1) / 10
    pairs = estimate_rank_pairs([5, 5, 1, 2, 0], [5, 4, 3, 4, 4]).iloc[0]
    assert pairs["estimate"] == pytest.approx(0.8)
    assert pairs["n"] == 4 and "1 without change" in pairs["method"]


def test_equal_changes_of_broken_scores_are_ties():
    # rises and falls of one tenth cancel, although 1.1 - 1 and .9 - 1 differ in binary
    got = estimate_rank_pairs([1.0, 1.0, 0.3, 0.3], [1.1, 0.9, 0.4, 0.2])
    assert got["estimate"].iloc[0] == 0


def test_median_share_by_hand():
    # median of 1 3 8 is 3; of 1 2 3 9 two lie below, one at it: 2.5 / 4
    assert median_share(np.array([8.0, 1, 3]), np.array([9.0, 1, 2, 3])) == 0.625


def test_generalised_form_by_hand():
    # two waves 1 2 3 4 and 2 4 4 7: changes 1 2 1 3, SS wave 4 x 1.75^2 / 2 = 6.125, error
    # (.5625 + .0625 + .5625 + 1.5625) / 2 = 1.375, pupils 2 x 8.1875 = 16.375
    got = values(estimate_variance([[1, 2, 3, 4], [2, 4, 4, 7]]))
    assert got["partial_eta_squared"] == pytest.approx(6.125 / 7.5)
    assert got["generalised_eta_squared"] == pytest.approx(6.125 / (6.125 + 1.375 + 16.375))


def test_pingouin_calls_the_independent_d_paired():
    """Why our names differ: `paired=True` of pingouin divides by no SD of differences."""
    import pingouin  # late: it costs a second

    theirs = pingouin.compute_effsize(FILM_1, FILM_2, paired=True, eftype="cohen")
    ours = values(estimate_two_waves(FILM_2, FILM_1, names=("d_z", "d_av_rms", "d_rm", "d_pre")))
    # with equal n the independent d is the one over the root of the mean variance
    assert theirs == pytest.approx(ours["d_av_rms"])
    assert all(abs(theirs - ours[name]) > 0.01 for name in ("d_z", "d_rm", "d_pre"))
