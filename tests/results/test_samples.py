"""`make check` on real exports of the tools that teams use, after their codebook was drafted.

The files are read from shared/data-candidates and are not part of this repository. None of them
holds pupils in waves, so each is laid beside a study's pupils as a file about other people.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
REPOSITORY = Path(__file__).resolve().parent.parent.parent
OPEN = "TO FILL IN"

SAMPLES: dict[str, tuple[str, str, int, int]] = {
    # file: reader, further options, rows, columns that identify a person and are dropped
    "qualtrics_sample/sample.csv": ("qualtrics", "", 1, 7),
    "qualtrics_sample/sample_legacy.csv": ("qualtrics", "", 1, 6),
    "redcap_longitudinal/data.csv": ("redcap", "dictionary: dictionary.csv", 18, 7),
    "spss_sav/sample.sav": ("sav", "", 5, 0),
    "spss_sav/sample_missing.sav": ("sav", "", 7, 0),
    "spss_sav/ordered_category.sav": ("sav", "", 4, 0),
    "carpentries_longterm_2017/longterm_October2017.csv": ("csv", "", 476, 0),
    "qualcoder_examples/survey456.csv": ("csv", "", 3, 0),
    "qualcoder_examples/cases123.csv": ("csv", "", 3, 0),
}


def fill_in(raw: Path) -> None:
    """What a person would write, in the plainest way: a sample's columns are kept, none is scored.

    Words without numbers stay a category, an instrument that only a person knows is left out, and
    codes that are declared missing lie outside the limits that were seen.
    """
    path = raw / "codebook.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if OPEN in row["instrument"] or (row["instrument"] and OPEN in row["allowed"]):
            row.update(instrument="", item="", role="kept")
        if OPEN in row["allowed"]:
            words = [part.split("=")[0] for part in row["allowed"].split("|")]
            row.update(type="category", allowed="|".join(words))
        if OPEN in row["wave"]:
            row.update(wave="", item="")
        missing = [part.split("=")[0] for part in row["missing_codes"].split("|") if part]
        row["missing_codes"] = "|".join(code for code in missing if code != "-1")
        for column in ("label", "unit", "source_question"):
            row[column] = "known" if OPEN in row[column] else row[column]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    source = raw / "source.yml"
    lines = source.read_text(encoding="utf-8").splitlines()
    known = [f"{line.partition(':')[0]}: known" if OPEN in line else line for line in lines]
    source.write_text("\n".join(known) + "\n", encoding="utf-8")


def cleaned(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What cleaning makes of the sample, and the log."""
    script = (
        "import sys; from pathlib import Path\n"
        "from resilience_lib.cleaning.intake import read_files\n"
        "from resilience_lib.cleaning.waves import clean_study\n"
        "from resilience_lib.store.pseudonyms import pseudonyms\n"
        "from resilience_lib.study.load import load_study\n"
        "plan = load_study('mine'); tables, codebook = read_files(plan)\n"
        "made = clean_study(tables, plan, codebook, pseudonyms('mine'))\n"
        "made.others['staff'].to_csv('staff.csv', index=False)\n"
        "made.log.to_csv('log.csv', index=False)\n"
    )
    environment = {**os.environ, "RESILIENCE_ROOT": str(root), "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-c", script], cwd=root, env=environment, check=True)
    return (
        pd.read_csv(root / "staff.csv", dtype=str),
        pd.read_csv(root / "log.csv", keep_default_na=False),
    )


@pytest.fixture
def study(tmp_path: Path, run: Run) -> Path:
    """A root with a new study, on synthetic pupils."""
    assert run(tmp_path, "new-study", "mine").returncode == 0
    return tmp_path


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_drafted_and_filled_in_codebook_lets_a_real_file_through(
    study: Path, run: Run, shared_data: Path, sample: str
) -> None:
    reader, more, rows, dropped = SAMPLES[sample]
    source, raw = shared_data / sample, study / "data" / "raw" / "mine"
    shutil.copy2(source, raw)
    words = ["codebook", "--study", "mine", "--file", source.name]
    if more:
        shutil.copy2(source.parent / "dictionary.csv", raw)
        words += ["--dictionary", "dictionary.csv"]
    drafted = run(study, *words)
    assert drafted.returncode == 0, drafted.stderr
    assert f"the reader {reader}" in drafted.stdout
    file = study / "studies" / "mine" / "study.yml"
    entry = (
        f"  - {{name: {source.name}, reader: {reader}, holds: staff{', ' + more if more else ''}}}"
    )
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nwaves:", f"\n{entry}\n\nwaves:", 1), encoding="utf-8")
    # as it was drafted it is refused, for every place that only a person knows
    refused = run(study, "check", "--study", "mine")
    assert refused.returncode == 1 and "TO FILL IN" in refused.stderr
    fill_in(raw)
    checked = run(study, "check", "--study", "mine")
    assert checked.returncode == 0, checked.stderr
    assert f"  {source.name}: {rows:,} rows, " in checked.stdout
    staff, log = cleaned(study)
    assert len(staff) == rows
    gone = log[(log["file"] == source.name) & log["rule"].str.startswith("reader: ")]
    assert len(gone) == dropped
    # the one tester's address and place, as published with the sample
    written = staff.to_csv() + log.to_csv()
    assert "130.92.34.66" not in written and "47.1150" not in written
