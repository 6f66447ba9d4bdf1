"""The tables of lost pupils and of standardised change, from rows worked out by hand."""

from __future__ import annotations

import csv

from resilience_lib.disclosure.gates import Published
from resilience_lib.frames import estimate_frame
from resilience_lib.study.load import load_study
from resilience_lib.tables.registry import make_table

BASE = {"conf_level": 0.95, "n": 441, "n_clusters": 11, "method": "OLS, CR2 by school"}


def lost(subgroup, estimand, estimate, low, high, n, outcome="", p=0.021):
    return BASE | {
        "outcome": outcome, "contrast": "lost by T2", "subgroup": subgroup, "estimand": estimand,
        "estimate": estimate, "conf_low": low, "conf_high": high, "p_value": p, "n": n,
    }  # fmt: skip


def size(name, subgroup, estimate, low, high):
    return BASE | {
        "outcome": "self_esteem", "contrast": "T2 - T1", "subgroup": subgroup, "estimand": name,
        "estimate": estimate, "conf_low": low, "conf_high": high,
    }  # fmt: skip


def table(name, rows, folder):
    make_table(
        name,
        Published({"estimates": estimate_frame(rows)}.__getitem__, load_study("bounce_forward")),
        folder,
    )
    return list(csv.DictReader((folder / f"{name}.csv").read_text("utf-8-sig").splitlines()))


def test_shares_are_per_cents_and_differences_percentage_points(tmp_path):
    rows = table(
        "attrition",
        [
            lost("all", "share_lost", 0.1, 0.05, 0.15, 441),
            lost("girls", "share_lost", 0.08, 0.02, 0.14, 202),
            lost("boys", "share_lost", 0.12, 0.06, 0.18, 239),
            lost("girls - boys", "risk_difference", -0.042, -0.08, -0.0033, 441),
            lost("lost - kept", "baseline_difference", -0.3, -0.6, 0.0, 441, "self_esteem"),
        ],
        tmp_path,
    )
    by_group = {row["Group"]: row for row in rows}
    # 44 of 441 as the rounded count over the rounded n: 40 of 440
    assert by_group["All pupils"]["Estimate"] == "9"
    assert by_group["All pupils"]["p"] == "", "a share has no null to test"
    difference = by_group["Girls - boys"]
    assert difference["Estimate"] == "-4"
    assert difference["95% CI"] == "[-8, 0]"
    assert difference["p"] == ".021"
    first = by_group["lost - kept"]
    assert (first["Outcome"], first["Estimate"]) == ("Self-esteem", "-0.30")
    assert {row["Wave"] for row in rows} == {"Lost by T2: End of programme"}


def test_nine_lost_girls_are_not_shown(tmp_path):
    rows = table(
        "attrition",
        [
            lost("all", "share_lost", 48 / 441, 0.05, 0.15, 441),
            lost("girls", "share_lost", 9 / 202, 0.02, 0.14, 202),
            lost("boys", "share_lost", 39 / 239, 0.06, 0.18, 239),
            lost("girls - boys", "risk_difference", 9 / 202 - 39 / 239, -0.08, -0.003, 441),
        ],
        tmp_path,
    )
    shown = {row["Group"]: row["Estimate"] for row in rows}
    # boys go too, since girls are all less boys; so does the difference
    assert shown == {"All pupils": "11", "Girls": "x", "Boys": "x", "Girls - boys": "x"}


def test_three_definitions_side_by_side(tmp_path):
    rows = table(
        "effect_sizes",
        [
            size("g_change_model", "all", 0.12, 0.02, 0.23),
            size("d_av_mean", "all", 0.13, 0.01, 0.25),
            size("d_z", "all", 0.2, 0.0, 0.4),
            size("d_rm", "all", 0.9, 0.0, 1.0),
        ],
        tmp_path,
    )
    assert len(rows) == 1
    assert rows[0]["g_change_model"] == "0.12"
    assert rows[0]["95% CI of d_av_mean"] == "[0.01, 0.25]"
    assert rows[0]["d_z"] == "0.20"
    assert rows[0]["data"] == "synthetic"
