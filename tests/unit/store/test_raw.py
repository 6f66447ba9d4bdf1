"""Raw files are laid once, checked always, never overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.store.raw import fetch, raw_path

FILE = "survey_before_SYNTHETIC.csv"


@pytest.fixture
def copy(empty_root: Path, repository: Path) -> Path:
    for part in ("studies", "data/raw"):
        folder = empty_root / part / "bounce_forward"
        shutil.copytree(
            repository / part / "bounce_forward",
            folder,
            # what is generated; invented stories lie in the repository
            ignore=shutil.ignore_patterns("survey*SYNTH*", "att*SYNTH*", "staff*SYNTH*"),
        )
    return empty_root / "data" / "raw" / "bounce_forward"


def test_fetch_lays_what_is_absent_and_then_leaves_it(copy: Path) -> None:
    assert fetch("bounce_forward")[0].startswith(f"wrote data/raw/bounce_forward/{FILE}")
    before = (copy / FILE).stat()
    again = fetch("bounce_forward")
    assert len(again) == 8 and again[0] == f"data/raw/bounce_forward/{FILE} is there"
    assert all(said.endswith(" is there") for said in again)
    assert (copy / FILE).stat().st_mtime_ns == before.st_mtime_ns


def test_altered_bytes_are_refused_naming_both_sums(copy: Path) -> None:
    fetch("bounce_forward")
    with (copy / FILE).open("ab") as stream:
        stream.write(b"x\n")
    altered = (copy / FILE).read_bytes()
    for call in (lambda: raw_path("bounce_forward", FILE), lambda: fetch("bounce_forward")):
        with pytest.raises(FaultsError, match=r"sha256 [0-9a-f]{64}, the file [0-9a-f]{64}"):
            call()
    assert (copy / FILE).read_bytes() == altered, "raw data are never overwritten"


def test_what_a_generator_makes_is_checked_before_it_stands_there(copy: Path) -> None:
    truth = copy / "truth.yml"
    text = truth.read_text(encoding="utf-8").replace("boys: 239 ", "boys: 240 ")
    truth.write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError, match="raw data differ") as caught:
        fetch("bounce_forward")
    # one fault a survey; attendance and staff do not depend on who is a boy
    assert [fault.file.rpartition("/")[2] for fault in caught.value.faults] == [
        "survey_before_SYNTHETIC.csv",
        "survey_end_SYNTHETIC.csv",
        "survey_follow_up_SYNTHETIC.csv",
    ]
    assert sorted(path.name for path in copy.iterdir()) == [
        "attendance_SYNTHETIC.csv",
        "codebook.csv",
        "source.yml",
        "staff_SYNTHETIC.csv",
        "told_a_SYNTHETIC.sqlite3",
        "told_b_SYNTHETIC.sqlite3",
        "told_by_SYNTHETIC.csv",
        "truth.yml",
    ]


def test_absent_file_says_what_to_do(copy: Path) -> None:
    with pytest.raises(FaultsError, match="make fetch STUDY=bounce_forward"):
        raw_path("bounce_forward", FILE)


def test_a_team_s_own_file_is_not_made(copy: Path) -> None:
    source = copy / "source.yml"
    text = source.read_text(encoding="utf-8")
    text = text.replace("kind: generator", "kind: team")
    text = text.replace("truth: truth.yml", "collected: by hand")
    source.write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError, match="put it there") as caught:
        fetch("bounce_forward")
    assert len(caught.value.faults) == 5


def test_a_name_that_the_generator_does_not_make(copy: Path) -> None:
    truth = copy / "truth.yml"
    text = truth.read_text(encoding="utf-8").replace("staff_SYNTHETIC.csv", "staff.csv")
    truth.write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        fetch("bounce_forward")
    assert [(f.file, f.value) for f in caught.value.faults] == [
        ("data/raw/bounce_forward/truth.yml", "staff_SYNTHETIC.csv")
    ]


def test_pseudonyms_get_one_key_that_is_never_replaced(copy: Path) -> None:
    book = copy / "codebook.csv"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("yes,school", "pseudonymise,school"), encoding="utf-8")
    assert any("wrote data/raw/bounce_forward/pseudonyms.key" in s for s in fetch("bounce_forward"))
    key = (copy / "pseudonyms.key").read_bytes()
    # 32 random bytes as hexadecimal digits
    assert len(key.strip()) == 64 and int(key, 16)
    fetch("bounce_forward")
    assert (copy / "pseudonyms.key").read_bytes() == key
