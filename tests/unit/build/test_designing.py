"""make design, as a person meets it: without its block, half filled in, and whole."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.build import verbs
from resilience_lib.scaffold.new import new_study

FILLED = {
    "schools": "11",
    "pupils_per_school": "40",
    "icc_level": "0.05",
    "icc_change": "0.05",
    "pre_post_r": "0.6",
    "attrition": "0.1",
    "gender_share": "0.5",
}


def with_block(root: Path, block: str) -> Path:
    new_study("plan")
    path = root / "studies" / "plan" / "study.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + block, encoding="utf-8")
    return path


def filled(block: str) -> str:
    for key, value in FILLED.items():
        block = re.sub(rf"({key}:.*\n.*value: )TO FILL IN", rf"\g<1>{value}", block)
    return block.replace("TO FILL IN", "a guess of the team")


def asked_for(capsys: pytest.CaptureFixture[str]) -> str:
    new_study("other")
    assert verbs.main(["design", "--study", "other"]) == 1
    return capsys.readouterr().out


def test_without_the_block_nothing_is_guessed_and_it_is_printed_to_paste(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_study("other")
    assert verbs.main(["design", "--study", "other"]) == 1
    said = capsys.readouterr()
    assert said.err == (
        "studies/other/study.yml, design: the block design says what is planned, and it is not "
        "there. Paste the block below into it, and fill in what is open\n"
    )
    assert set(re.findall(r"^  (\w+):", said.out, flags=re.M)) == {*FILLED, "power", "alpha"}
    assert not (empty_root / "reports").exists()


def test_a_block_that_is_pasted_and_not_filled_in_is_refused_line_by_line(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = with_block(empty_root, asked_for(capsys))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert verbs.main(["design", "--study", "plan"]) == 1
    said = capsys.readouterr().err.splitlines()
    # the first few of a kind are shown, the rest counted
    first = next(i for i, line in enumerate(lines) if line == "  schools:                  "
                 "# that will take part, 3 or more") + 2  # fmt: skip
    assert any(line.startswith(f"studies/plan/study.yml, line {first}, ") for line in said)
    assert not any("Traceback" in line for line in said)


def test_the_block_filled_in_gives_the_answer_first_and_the_files(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_block(empty_root, filled(asked_for(capsys)))
    assert verbs.main(["design", "--study", "plan", "--runs", "3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Assumptions about a study that is planned; nothing here is a result."
    # 36 of 40 stay; R: se sqrt(.8 / 396 x (1 + 35 x .05)) = .07454, df 10, 3.1100 x se = .2318
    # (power.t.test's noncentrality for df 10 is that of tests/references/design.csv, row 1)
    assert said[1].startswith(
        "With 11 schools of 40 pupils (36 of them seen twice) a change of 0.23 SD or more would "
        "be found 80 times in 100. Of 3 generated studies with just that"
    )
    assert "a difference between girls and boys in change" in said[2]
    folder = empty_root / "reports" / "plan"
    assert {path.name for path in folder.iterdir()} == {
        f"design.{ending}" for ending in ("csv", "html", "md", "svg", "pdf", "png")
    }
    table = pd.read_csv(folder / "design.csv", encoding="utf-8-sig")
    assert set(table["data"]) == {"assumptions"}
    planned = table[table["planned"]]
    assert planned["std_error"].iloc[0] == pytest.approx(0.07454, abs=5e-6)
    assert planned["runs"].tolist() == [3, 3]
    for ending in ("html", "md"):
        text = (folder / f"design.{ending}").read_text(encoding="utf-8")
        assert re.search("assumptions, not results", text, flags=re.I)
        assert text.count("a guess of the team") == len(FILLED)


def test_arms_of_schools_get_a_row_of_their_own(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = filled(asked_for(capsys)).replace("# assigned: schools ", "assigned: schools ")
    with_block(empty_root, block)
    assert verbs.main(["design", "--study", "plan", "--runs", "0"]) == 0
    said = capsys.readouterr().out
    assert "an effect of the programme (schools assigned) of" in said
    assert "generated studies" not in said
    assert "not adjusted for the first score" in said


def test_the_study_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.main(["design"]) == 1
    assert "make design STUDY=hope_2026" in capsys.readouterr().err
