"""Link the records of all waves."""

from __future__ import annotations

import pandas as pd

from resilience_lib.linking.by_code import by_code
from resilience_lib.linking.by_id import by_id
from resilience_lib.linking.plan import Linked, LinkingPlan, check_plan, code_parts
from resilience_lib.linking.records import read_records
from resilience_lib.linking.repeated import keep_one
from resilience_lib.linking.report import change_notes, link_report, look_at, missing_notes


def link_waves(rows: pd.DataFrame, plan: LinkingPlan) -> Linked:
    """Which pupil each record belongs to.

    Ids (and schools, parts of a code) are compared after a normalisation that is counted:
    Unicode NFKC, upper-case, no space around them; leading zeros stay. The answer does not
    depend on the order of the rows. How codes are matched: see `by_code`.

    Two rows with one id, or with one whole code in one school, in one wave stop the build
    unless `keep` says which counts. A code cannot tell a pupil who answered twice from two
    pupils with one code: with keep "both" such rows are two pupils, are listed (same_code) and
    tie; "first", "last" and "most_answered" declare them one pupil.

    Parameters
    ----------
    rows : DataFrame
        One row per record; index (file, line), unique inside a wave. wave ("T1", ...), school
        and, where used, id, gender and answered (number of answered cells); every further
        column is a part of the code, as text. Every cell but the wave may be missing or empty.
    plan : LinkingPlan

    Returns
    -------
    Linked

    Raises
    ------
    FaultsError
        The plan does not fit the rows; or keep is "stop" and pupils have two rows in a wave.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["t1.csv", "t2.csv"], [2, 3]])
    >>> rows = pd.DataFrame({"wave": ["T1", "T1", "T2", "T2"], "school": "S",
    ...                      "id": ["a7", "07", "A7 ", "7"]}, index=index)
    >>> linked = link_waves(rows, LinkingPlan("id"))
    >>> linked.pupil.tolist()
    ['A7', '07', 'A7', '7']
    >>> linked.report.set_index(["count", "waves"])["n"].loc["pupils_in_2_waves", ""].item()
    1
    """
    check_plan(rows, plan)
    records = read_records(rows, code_parts(rows) if plan.by == "code" else [])
    notes = [missing_notes(records, plan)]
    if plan.agree is not None:  # by code, as check_plan holds
        pupils, said = by_code(records, plan.agree, same_code_is_one=plan.keep != "both")
        notes.append(said)
    else:
        pupils = by_id(records, inside_school=plan.by == "school_and_id")
    kept, said = keep_one(records, pupils, plan)
    listed = pd.concat([*notes, said, change_notes(records, pupils, kept)], ignore_index=True)
    return Linked(
        pd.Series(pupils.keys[pupils.of], rows.index, dtype="str", name="pupil"),
        pd.Series(kept, rows.index, name="kept"),
        link_report(records, pupils, plan, kept, listed),
        look_at(records, pupils, listed),
    )
