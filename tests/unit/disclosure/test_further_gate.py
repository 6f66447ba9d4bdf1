"""Further questions of a confidential study: no few pupils, no site by subtraction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.gates import clear
from resilience_lib.effects.further import further_declared
from resilience_lib.study.further import Further


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False)


def analysis(sizes: dict[str, int]) -> pd.DataFrame:
    """Pupils of each school, scores 0, 1, 2, ... at T1 and a little more at T2."""
    rows = [
        (f"{school}{i}", school, school, "c", wave, "girls", None, "reading", score)
        for school, pupils in sizes.items()
        for i in range(pupils)
        for wave, score in (("T1", float(i)), ("T2", i + 1 + (i * ord(school)) % 4))
    ]
    places = ["pupil", "school", "school_attended", "classroom", "wave", "gender", "arm"]
    return pd.DataFrame(rows, columns=[*places, "outcome", "score"])


def cleared(confidential, sizes, **asked) -> pd.DataFrame:
    plan = confidential.model_copy(update={"further": Further.model_validate(asked)})
    return clear("further", further_declared(analysis(sizes), {}, plan), plan).frame


SIX = dict.fromkeys("abcdef", 12)


@pytest.mark.parametrize(("cut", "seen"), [(3, True), (0, False), (10, False)])
def test_few_picked_and_few_left_are_not_told(confidential, cut, seen):
    # at 3 or below 24 are picked and 48 not; at 0 six are picked; at 10 six are left
    one = {"outcome": "reading", "change": ["T1", "T2"], "cut": cut, "reliability": 0.7,
           "source": "a manual"}  # fmt: skip
    shown = cleared(confidential, SIX, picked=[one])
    assert shown["estimate"].notna().tolist() == [seen, seen]
    assert shown["subgroup"].tolist() == [f"picked: at most {cut} at T1"] * 2


def test_one_small_site_hides_all_sites_and_what_is_pooled_of_them(confidential):
    sites = {"north": ["a", "b", "c"], "south": ["d", "e", "f"]}
    whole = cleared(confidential, SIX, sites=sites)
    assert whole.loc[whole["estimand"] == "site_mean", "estimate"].notna().all()
    few = cleared(confidential, SIX | dict.fromkeys("def", 3), sites=sites)
    told = few[~few["estimand"].isin(["tau2", "i2", "q_between"])]
    assert told[["estimate", "conf_low", "n"]].isna().all(axis=None)
    two = {"north": ["a", "b", "c", "d"], "south": ["e", "f"]}
    shown = cleared(confidential, SIX, sites=two)
    assert shown.loc[shown["estimand"] == "site_mean", "estimate"].isna().all()
    assert np.isnan(shown.loc[shown["estimand"] == "mean_of_sites", "estimate"]).all()
