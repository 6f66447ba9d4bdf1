"""How often 95% intervals hold the declared truth, over generated Bounce Forward studies.

    OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 python benchmarks/coverage.py [studies]

One thread a process, since two processes share two cores (`make simulate` does so). Each study is
generated from data/raw/bounce_forward/truth.yml with a seed of its own and estimated as notebook 4
does. Writes benchmarks/results/coverage.csv: for each outcome, contrast, subgroup and method the
share of intervals that hold the truth, its Monte Carlo standard error, the bias and the mean width.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.mixed import estimate_change_mixed
from resilience_lib.instruments.keys_of import load_keys
from resilience_lib.instruments.scores import score_waves
from resilience_lib.joins.pupils import make_analysis, make_pupils
from resilience_lib.paths import raw, root
from resilience_lib.progress import Progress
from resilience_lib.study.load import load_study
from resilience_lib.study.yaml_files import load_yaml
from resilience_lib.synthetic.answers import generate, long_answers
from resilience_lib.synthetic.expected import true_changes
from resilience_lib.synthetic.truth import Truth

STUDY = "bounce_forward"
FIRST_SEED = 1_000_000
KEYS = ["outcome", "contrast", "subgroup", "method"]


def main(studies: int) -> None:
    """Run, print the summary by method, and write the table."""
    progress = Progress(studies)
    frames = []
    with ProcessPoolExecutor(2) as pool:
        for number, frame in enumerate(pool.map(one_study, range(studies), chunksize=5)):
            frames.append(frame)
            if (number + 1) % max(studies // 20, 1) == 0:
                progress.done(f"{number + 1} studies")
    table = summarise(pd.concat(frames, ignore_index=True))
    path = root() / "benchmarks" / "results" / "coverage.csv"
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.5g")
    print(f"{studies} studies; coverage of 95% intervals for change:")
    print(table.groupby(["method", "subgroup"])["coverage"].agg(["mean", "min", "max"]).round(3))
    print(f"wrote {Path(path).relative_to(root())}")


def one_study(number: int) -> pd.DataFrame:
    """Estimates of one generated study, with the truth beside each."""
    study = load_study(STUDY)
    truth = load_yaml(raw(STUDY) / "truth.yml", Truth)
    waves = labelled(long_answers(generate(truth, FIRST_SEED + number), study.wave_names))
    pupils = make_pupils(waves, study.wave_names)
    scored = score_waves(waves, study, load_keys(study))
    analysis = make_analysis(waves, scored, pupils, study)
    share = float((pupils["gender"] == "girls").mean())
    frames = []
    for outcome in study.outcomes:
        scores = analysis[analysis["outcome"] == outcome.name]
        expected = expectations(true_score_changes(truth, outcome.name), share)
        for method, estimate in (
            ("CR2 by school", estimate_change),
            ("mixed model", estimate_change_mixed),
        ):
            found = estimate(
                scores,
                waves=study.wave_names,
                changes=study.changes,
                gender=study.gender.difference,
                conf_level=0.95,
            )
            found = found[found["estimand"] == "mean_change"]
            frames.append(
                found[["contrast", "subgroup", "estimate", "conf_low", "conf_high"]].assign(
                    outcome=outcome.name,
                    method=method,
                    truth=[
                        expected[key]
                        for key in zip(found["contrast"], found["subgroup"], strict=True)
                    ],
                )
            )
    return pd.concat(frames, ignore_index=True)


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """True pupils and answers in the words of the study file, as cleaning gives them."""
    gender = frame["gender"].map({"girl": "girls", "boy": "boys"})
    return frame.assign(gender=gender, classroom=None, arm=None)


def true_score_changes(truth: Truth, name: str) -> dict[tuple[str, str], float]:
    """The truth for a scale's score: Me & My Feelings is a sum of its items."""
    scale = truth.scales[name]
    items = len(scale.items) if scale.instrument == "mmf" else 1
    return {key: items * change for key, change in true_changes(truth, name).items()}


def expectations(
    changes: dict[tuple[str, str], float], share: float
) -> dict[tuple[str, str], float]:
    """The truth for each contrast and subgroup; `share` of all pupils are girls."""
    found = {}
    for value, contrast in (("end", "T2 - T1"), ("follow_up", "T3 - T1")):
        girls, boys = changes[value, "girls"], changes[value, "boys"]
        found[contrast, "girls"] = girls
        found[contrast, "boys"] = boys
        found[contrast, "girls - boys"] = girls - boys
        found[contrast, "all"] = share * girls + (1 - share) * boys
    return found


def summarise(frame: pd.DataFrame) -> pd.DataFrame:
    """Coverage, its Monte Carlo standard error, bias and mean width."""
    held = (frame["conf_low"] <= frame["truth"]) & (frame["truth"] <= frame["conf_high"])
    grouped = frame.assign(
        held=held.astype(float),
        error=frame["estimate"] - frame["truth"],
        width=frame["conf_high"] - frame["conf_low"],
    ).groupby(KEYS)
    table = grouped.agg(
        studies=("held", "size"),
        missing=("conf_low", lambda low: int(low.isna().sum())),
        coverage=("held", "mean"),
        bias=("error", "mean"),
        width=("width", "mean"),
    ).reset_index()
    table["coverage_error"] = np.sqrt(
        table["coverage"] * (1 - table["coverage"]) / table["studies"]
    )
    return table


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
