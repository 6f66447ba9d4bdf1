"""Attendance and suspensions in the department's columns.

The rows with published percentages are the department's own: 563 of 13,308 sessions are 4.2%,
1,416 of 30,203 are 4.7% (pupil absence, school level); 27 suspensions of 2,283 pupils are a rate
of 1.18265 (suspensions and permanent exclusions).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.readers.school_records import academic_year, read

ATTENDANCE = (
    "time_period,time_identifier,geographic_level,school_urn,new_la_code,enrolments,"
    "sess_possible,sess_overall,sess_overall_percent\n"
    "201819,Academic year,School,100001,E09000001,42,13308,563,4.2\n"
    "201819,Academic year,School,100002,z,95,30203,1416,4.7\n"
)
SUSPENSIONS = (
    "time_period,geographic_level,school_urn,headcount,perm_excl,perm_excl_rate,suspension,"
    "susp_rate,one_plus_susp,one_plus_susp_rate\n"
    "202223,School,100001,2283,0,0,27,1.18265,c,c\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "dfe.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_published_percentages_agree(tmp_path: Path) -> None:
    table = read(written(tmp_path, ATTENDANCE))
    assert table.frame["sess_overall"].tolist() == ["563", "1416"]
    assert table.missing == {"new_la_code": {"z": "not applicable"}}
    assert table.notes == ()
    table = read(written(tmp_path, SUSPENSIONS))
    assert table.frame["susp_rate"].tolist() == ["1.18265"]
    assert table.missing["one_plus_susp"] == {"c": "confidential, suppressed"}


def test_symbols_are_missing_and_never_0(tmp_path: Path) -> None:
    rows = [
        "201819,Academic year,School,100003,x,x,x,x,x",
        "201819,Academic year,School,100004,:,:,:,:,:",
        "201819,Academic year,School,100005,E09000001,0,0,0,z",
        "201819,Academic year,School,100006,E09000001,3,900,low,low",
        "201819,Academic year,School,100007,E09000001,3,900,u,~",
    ]
    table = read(written(tmp_path, ATTENDANCE + "\n".join(rows) + "\n"))
    assert table.frame["sess_overall"].tolist() == ["563", "1416", "x", ":", "0", "low", "u"]
    assert table.missing["sess_overall"] == {
        "x": "not available",
        "low": "rounds to 0 but is not 0",
        "u": "low reliability",
        ":": "not available or not applicable (older releases)",
    }
    assert set(table.missing["sess_overall_percent"]) == {"x", "z", "low", ":", "~"}
    assert set(table.missing["new_la_code"]) == {"x", "z", ":"}


def test_older_names_and_years_are_read_as_todays(tmp_path: Path) -> None:
    text = (
        "year,level,urn,headcount,fixed_excl,fixed_excl_rate,one_plus_fixed,"
        "one_or_more_fixed_excl_rate\n"
        "2014/15,School,100001,2283,27,1.18,20,0.88\n"
    )
    table = read(written(tmp_path, text))
    assert table.frame.loc[2].to_dict() == {
        "time_period": "201415",
        "geographic_level": "School",
        "school_urn": "100001",
        "headcount": "2283",
        "suspension": "27",
        "susp_rate": "1.18",
        "one_plus_susp": "20",
        "one_plus_susp_rate": "0.88",
    }
    assert "fixed_excl of an older release was read as suspension" in table.notes
    assert table.notes[-1] == "time_period was written as 201415 is: 1 row (2)"


def test_percentages_whose_decimals_are_gone_are_checked_to_one(tmp_path: Path, places) -> None:
    """401 of 10,000 are 4.0%, published as 4; 406 are 4.1%."""
    row = "201819,Academic year,School,1,2,3,10000,{},4\n"
    header = ATTENDANCE.splitlines(keepends=True)[0]
    assert len(read(written(tmp_path, header + row.format(401))).frame) == 1
    found = places(read, written(tmp_path, header + row.format(406)))
    assert found == [("dfe.csv", 2, "sess_overall_percent", "4")]


SPOILED: dict[str, tuple[str, tuple[str, str], list[tuple[int, str, str | None]]]] = {
    "a percentage off by one": (ATTENDANCE, (",4.7", ",4.8"), [(3, "sess_overall_percent", "4.8")]),
    "columns swapped": (
        ATTENDANCE,
        ("13308,563", "563,13308"),
        [(2, "sess_overall_percent", "4.2"), (2, "sess_overall", "13308")],
    ),
    "a count off by one": (SUSPENSIONS, (",27,", ",28,"), [(2, "susp_rate", "1.18265")]),
    "a rate as a share": (SUSPENSIONS, ("1.18265", "0.01183"), [(2, "susp_rate", "0.01183")]),
    "an unknown symbol": (
        ATTENDANCE,
        (",563,4.2", ",k,k"),
        [
            (2, "sess_overall", "k"),
            (2, "sess_overall_percent", "k"),
        ],
    ),
    "thousands parted": (ATTENDANCE, ("1416,", '"1,416",'), [(3, "sess_overall", "1,416")]),
    "a percent sign": (ATTENDANCE, (",4.7", ",4.7%"), [(3, "sess_overall_percent", "4.7%")]),
    "a negative count": (ATTENDANCE, (",563,", ",-563,"), [(2, "sess_overall", "-563")]),
    "years that do not follow": (ATTENDANCE, ("201819", "201820"), [(2, "time_period", "201820")]),
    "a year turned into a date": (ATTENDANCE, ("201819", "Aug-19"), [(2, "time_period", "Aug-19")]),
    "a year alone": (ATTENDANCE, ("201819", "2018"), [(2, "time_period", "2018")]),
    "a column lacking": (ATTENDANCE, ("sess_possible", "possible"), [(1, "sess_possible", None)]),
    "no time": (ATTENDANCE, ("time_period", "when"), [(1, "time_period", None)]),
    "neither kind": (SUSPENSIONS, ("headcount", "pupils"), [(1, "headcount", None)]),
    "old and new names": (
        SUSPENSIONS,
        ("perm_excl,", "fixed_excl,"),
        [(1, "fixed_excl", None)],
    ),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_spoiled(kind: str, tmp_path: Path, places) -> None:
    text, change, expected = SPOILED[kind]
    found = places(read, written(tmp_path, text.replace(*change, 1)))
    assert found == [("dfe.csv", *place) for place in expected]


def test_parts_that_do_not_add_up(tmp_path: Path, places) -> None:
    text = (
        "time_period,geographic_level,sess_possible,sess_overall,sess_authorised,"
        "sess_unauthorised\n"
        "201819,School,1000,50,30,20\n"
        "201819,School,1000,50,30,19\n"
    )
    assert places(read, written(tmp_path, text)) == [("dfe.csv", 3, "sess_overall", "50")]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        *[("201415", "201415"), ("2014/15", "201415"), ("2014-15", "201415")],
        *[("2014/2015", "201415"), ("199900", "199900"), ("1999/2000", "199900")],
        *[("201416", None), ("2014/2115", None), ("2014", None), ("14/15", None), ("", None)],
    ],
)
def test_academic_year(text: str, year: str | None) -> None:
    assert academic_year(text) == year
