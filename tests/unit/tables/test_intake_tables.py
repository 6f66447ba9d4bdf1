"""Tables of what intake found, from rows worked out by hand."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from resilience_lib.disclosure.gates import Published
from resilience_lib.errors import FaultsError
from resilience_lib.frames import estimate_frame
from resilience_lib.study.load import load_study
from resilience_lib.tables.registry import TABLES, check_tables, make_table

LOG = ["step", "file", "column", "rule", "before", "after", "changed", "rows_before",
       "rows_after", "schools"]  # fmt: skip
SHARES = ["wave", "gender", "n", "counted", "share", "schools", "schools_counted",
          "schools_others"]  # fmt: skip


def table(name, frames, folder, study=None):
    made = study or load_study("bounce_forward")
    make_table(name, Published(frames.__getitem__, made), folder)
    return list(csv.DictReader((folder / f"{name}.csv").read_text("utf-8-sig").splitlines()))


def surveys(*entries):
    """Entries about the three surveys of Bounce Forward, each of 440 rows in 11 schools."""
    names = [f"survey_{when}_SYNTHETIC.csv" for when in ("before", "end", "follow_up")]
    rows = [
        (step, name, column, rule, before, after, n, 440, 440, 11)
        for step, columns, rule, before, after, n in entries
        for name in names
        for column in columns
    ]
    return {"log": pd.DataFrame(rows, columns=LOG)}


def test_like_entries_of_many_columns_and_files_are_one_row(tmp_path):
    items = [f"MMF_{i}" for i in range(1, 17)]
    rows = table(
        "cleaning",
        surveys(
            ("drop column", ["IPAddress"], "reader: an address", "values", "no column", 440),
            ("recode", items, "codebook: allowed", "Never", "0", 250),
            ("recode", items, "codebook: allowed", "Always", "2", 101),
            ("recode", ["Role"], "codebook: allowed", "a", "b", 1),
            ("missing code", ["q"], "codebook: gone", "99", "missing", 2),
        ),
        tmp_path,
    )
    assert [(r["What"], r["File"], r["Column"], r["Before"], r["After"]) for r in rows] == [
        ("Drop column", "3 files", "IPAddress", "values", "no column"),
        ("Recode", "3 files", "16 columns (MMF_1 to MMF_16)", "“Never”", "“0”"),
        ("Recode", "3 files", "16 columns (MMF_1 to MMF_16)", "“Always”", "“2”"),
        ("Recode", "3 files", "Role", "“a”", "“b”"),
        ("Missing code", "3 files", "q", "“99”", "missing"),
    ]
    # 3 x 440; 48 x 250; 48 x 101 = 4,848; 3 x 1 and 3 x 2 are below ten
    assert [r["How many"] for r in rows] == ["1,320", "12,000", "4,850", "< 10", "< 10"]
    assert {r["Rows before"] for r in rows} == {"1,320"}
    page = (tmp_path / "cleaning.html").read_text(encoding="utf-8")
    assert "data/processed/bounce_forward/1_clean/log.csv" in page
    assert "fewer than 10 pupils or cells, or none" in page


def test_links_stand_by_wave_and_by_pair_of_waves(tmp_path):
    counted = [
        ("records", "T1", 443), ("records", "T2", 409), ("tie", "T1", 0), ("tie", "T2", 12),
        ("pupils", "", 441), ("pupils_in_3_waves", "", 379), ("left_over", "T1", 17),
        ("matched", "T1 T2", 407), ("first_only", "T1 T2", 34), ("gender_changes", "T1 T2", 3),
    ]  # fmt: skip
    links = pd.DataFrame(counted, columns=["count", "waves", "n"])
    links = links.assign(schools=11, what=links["count"] + " said")
    rows = table("links", {"links": links}, tmp_path)
    found = {(r["Part"], r["What"]): [r[c] for c in ("All waves", "T1", "T2", "T3")] for r in rows}
    assert found == {
        ("Rows", "Records said"): ["", "440", "410", ""],
        ("Rows", "Tie said"): ["", "< 10", "10", ""],
        ("Pupils", "Pupils said"): ["440", "", "", ""],
        ("Pupils", "Pupils_in_3_waves said"): ["380", "", "", ""],
        ("Pupils", "Left_over said"): ["", "20", "", ""],
        ("T1 and T2", "Matched said"): ["410", "", "", ""],
        ("T1 and T2", "First_only said"): ["30", "", "", ""],
        ("T1 and T2", "Gender_changes said"): ["< 10", "", "", ""],
    }


def left_out(item, wave, n, counted, schools=11):
    return [("mmf", item, wave, group, n, counted, counted / n, 11, schools, 11)
            for group in ("all", "girls")]  # fmt: skip


def pointing(item, wave, n, r, finding="as keyed"):
    return {"instrument": "mmf", "subscale": "behavioural", "item": item, "wave": wave,
            "reversed": item == "15", "n": n, "item_rest": r, "conf_low": r - 0.05,
            "conf_high": r + 0.05, "finding": finding, "schools": 11}  # fmt: skip


def test_an_item_is_one_row_with_its_waves_side_by_side(tmp_path):
    missing = [
        *left_out("15", "T1", 441, 7), *left_out("15", "T2", 407, 22),
        *left_out("14", "T1", 441, 44), *left_out("14", "T2", 407, 40, schools=2),
    ]  # fmt: skip
    direction = pd.DataFrame(
        [
            pointing("15", "T1", 430, -0.31, "already reversed"), pointing("15", "T2", 380, 0.42),
            pointing("14", "T1", 396, 0.5), pointing("14", "T2", 9, 0.5),
        ]
    )  # fmt: skip
    items = pd.DataFrame(missing, columns=["instrument", "item", *SHARES])
    first, second = table("items", {"items": items, "direction": direction}, tmp_path)
    assert (first["Scale"], first["Item"]) == ("Behavioural difficulties", "mmf_15 (R)")
    # 7 of 441 are fewer than 10 of 440; 22 of 407 are 20 of 410
    assert (first["T1 missing, %"], first["T2 missing, %"]) == ("< 2.3", "4.9")
    assert first["T1 r"] == "-0.31 [-0.36, -0.26]" and first["T1 n"] == "430"
    assert first["Finding"] == "T1: already reversed; T2: as keyed"
    # 40 of two schools, and nine pupils, are not shown
    assert (second["Item"], second["T1 missing, %"], second["T2 missing, %"]) == (
        "mmf_14",
        "9.1",
        "x",
    )
    assert (second["T2 n"], second["T2 r"]) == ("x", "x")
    assert second["Finding"] == "T1: as keyed; T2: x"


def coefficient(outcome, estimand, value, *, interval="", low=None, high=None, group="all", n=415):
    return {"outcome": outcome, "contrast": "T1", "subgroup": group, "estimand": estimand,
            "estimate": value, "conf_low": low, "conf_high": high, "interval": interval, "n": n,
            "n_clusters": 11, "method": estimand}  # fmt: skip


def test_reliability_has_both_intervals_of_alpha_and_what_fits_the_scale(tmp_path):
    rows = [
        coefficient("family_connection", "alpha", 0.7877, interval="95% Feldt, pupils", low=0.7522,
                    high=0.8192),
        coefficient("family_connection", "alpha", 0.7877, interval="95% draws of schools",
                    low=0.7420, high=0.8313),
        coefficient("family_connection", "omega_total", 0.7888),
        coefficient("family_connection", "omega_ordinal", 0.8423),
        coefficient("empathy", "spearman_brown", 0.7012),
        coefficient("empathy", "icc_level", 0.0588, n=9),
    ]  # fmt: skip
    ends = pd.DataFrame(
        [("family_connection", end, "T1", "all", 441, n, n / 441, 11, 11, 11)
         for end, n in (("floor", 9), ("ceiling", 75))],
        columns=["outcome", "end", *SHARES],
    )  # fmt: skip
    frames = {"reliability": estimate_frame(rows), "ends": ends}
    rows = table("reliability", frames, tmp_path)
    # two scales, three waves, all and two genders
    assert len(rows) == 18
    family, empathy = rows[0], rows[9]
    assert family["Outcome"] == "Family connection" and family["n"] == "420"
    assert (family["Alpha"], family["95% CI (Feldt)"]) == ("0.79", "[0.75, 0.82]")
    assert family["95% CI (schools)"] == "[0.74, 0.83]"
    assert (family["Omega total"], family["Ordinal omega"]) == ("0.79", "0.84")
    assert family["Spearman-Brown"] == "" and empathy["Spearman-Brown"] == "0.70"
    # 9 of 441, and 75 as 80 of 440
    assert (family["Floor, %"], family["Ceiling, %"]) == ("< 2.3", "18.2")
    # an ICC on nine pupils
    assert empathy["ICC"] == "x"


def compared(item, contrast, flagged, *, smaller=171.0, r2=0.0011):
    return {"subscale": "peer_support", "item": f"srs_peer12_{item}", "contrast": contrast,
            "subgroup": "all" if " - " in contrast else "girls - boys", "r2_change": r2,
            "log_odds": 2.2505, "p_adjusted": 0.0000012, "p_clustered": 0.0041,
            "size": "large" if flagged else "negligible", "flagged": flagged, "n": 375.0,
            "n_clusters": 11.0, "rule": "Jodoin & Gierl 2001, Applied Measurement in Education 14",
            "method": "proportional odds", "reason": "", "smaller": smaller}  # fmt: skip


def change(value, reason="", *, method="regression over waves, CR2 by school", n=407):
    return {"outcome": "peer_support", "contrast": "T2 - T1", "subgroup": "all",
            "estimand": "mean_change", "estimate": value, "conf_low": value - 0.08,
            "conf_high": value + 0.08, "p_value": 0.0016, "n": n, "n_clusters": 11,
            "method": method, "reason": reason}  # fmt: skip


def functioning(items, repeated):
    return {
        "functioning": pd.DataFrame(items),
        "estimates": estimate_frame([change(0.1431), change(0.9, method="mixed model (school)")]),
        "repeated": estimate_frame(repeated),
    }


def test_flagged_items_and_the_change_without_them_beside_the_headline(tmp_path):
    items = [
        *(compared(i, "T1", i == 21, r2=0.1264 if i == 21 else 0.001) for i in (15, 16, 21)),
        *(compared(i, "T2 - T1", False) for i in (15, 16, 21)),
    ]
    rows = table("functioning", functioning(items, [change(0.157, "without one")]), tmp_path)
    whole, flagged, headline, repeated = rows
    assert (whole["Contrast"], whole["Value"]) == ("6 tests, 1 flagged", "1 of 3 items")
    assert (flagged["What"], flagged["Group"]) == ("Peer support, item 21", "Girls - boys")
    values = ["Value", "R2 change", "Size", "p", "Clustered p", "n"]
    assert [flagged[v] for v in values] == ["2.25", "0.13", "large", "< .001", ".004", "380"]
    assert (headline["What"], headline["Value"]) == ("Peer support, all items", "0.14")
    assert (repeated["What"], repeated["Value"]) == ("Peer support, without item 21", "0.16")
    assert repeated["95% CI"] == "[0.08, 0.24]" and repeated["p"] == ".002"
    page = (tmp_path / "functioning.html").read_text(encoding="utf-8")
    assert "0.035 (moderate; large from 0.07; Jodoin" in page


def test_where_nothing_is_flagged_or_nothing_can_be_repeated_the_note_says_so(tmp_path):
    items = [compared(i, "T1", False) for i in (15, 16, 21)]
    rows = table("functioning", functioning(items, []), tmp_path)
    assert [row["Value"] for row in rows] == ["0 of 3 items"]
    page = (tmp_path / "functioning.html").read_text(encoding="utf-8")
    assert "No item is flagged, so that no change is repeated." in page
    said = {"outcome": "peer_support", "estimand": "mean_change", "reason": "no table for fewer"}
    items = [compared(i, "T1", True) for i in (15, 16, 21)]
    rows = table("functioning", functioning(items, [said]), tmp_path)
    assert [row["Part"] for row in rows][-1] == "Flagged items"
    assert "no table for fewer." in (tmp_path / "functioning.html").read_text(encoding="utf-8")


def test_items_of_nine_girls_are_neither_counted_nor_flagged(tmp_path):
    items = [compared(i, "T1", True, smaller=9.0) for i in (15, 16, 21)]
    rows = table("functioning", functioning(items, [change(0.157, n=9)]), tmp_path)
    assert rows[0]["Contrast"] == "x" and rows[0]["Value"] == ""
    assert [row["Part"] for row in rows[1:]] == [rows[-1]["Part"]] * 2
    assert (rows[-1]["Value"], rows[-1]["n"]) == ("x", "x")


def test_a_study_without_items_is_refused_their_tables_with_what_fits(made_up):
    asked = {"tables": ("items", "reliability", "functioning", "cleaning", "links")}
    with pytest.raises(FaultsError) as caught:
        check_tables(made_up.study().model_copy(update=asked))
    rule = "it shows answers to items, and no outcome names an instrument and its scale"
    remedy = "take it out of tables; cleaning and links fit every study"
    assert [(f.value, f.rule, f.remedy) for f in caught.value.faults] == [
        (name, rule, remedy) for name in ("items", "reliability", "functioning")
    ]
    fitting = load_study("bounce_forward").model_copy(update=asked)
    check_tables(fitting)
    assert set(asked["tables"]) <= set(TABLES)
