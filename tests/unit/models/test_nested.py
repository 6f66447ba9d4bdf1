"""The school-by-school fit against mixedlm; R: tests/unit/effects/test_mixed_effects.py."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.adapters.mixedlm import contrast_satterthwaite, fit_random_terms
from resilience_lib.models.nested import by_school, fit_nested_waves

WAVES = np.array(["T1", "T2", "T3"])


def made_up(
    seed: int, schools: int
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Schools of 3 to 20 pupils in classes of their own, a third of the scores missing."""
    rng = np.random.default_rng(seed)
    size = rng.integers(3, 21, schools)
    school = np.repeat(np.repeat(np.arange(schools), size), 3)
    pupil = np.repeat(np.arange(size.sum()), 3)
    wave = np.tile(np.arange(3), size.sum())
    group = school * 4 + pupil % 4
    y = rng.normal(size=schools)[school] + 0.7 * rng.normal(size=4 * schools)[group]
    y += (1 + wave) * rng.normal(size=size.sum())[pupil] + rng.normal(size=len(pupil))
    x = np.column_stack([wave[:, None] == np.arange(3), rng.normal(size=len(pupil))])
    keep = rng.permutation(len(y))[: 2 * len(y) // 3]
    terms = {"school": school[keep], "class": group[keep], "pupil": pupil[keep]}
    return y[keep], x[keep].astype(float), terms, WAVES[wave[keep]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_in_any_order_with_gaps_fit_as_mixedlm_fits_them(seed):
    y, x, terms, wave = made_up(seed, 30)
    assert by_school(terms)
    ours = fit_nested_waves(y, x, terms, wave)
    theirs = fit_random_terms(y, x, terms, wave)
    assert ours.converged and theirs.converged and ours.note == theirs.note
    assert ours.variances == pytest.approx(theirs.variances, rel=1e-3, abs=1e-7)
    for weights in ([-1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, -2, 1, 0.5]):
        found, known = (contrast_satterthwaite(fit, weights)[:3] for fit in (ours, theirs))
        assert found[0] == pytest.approx(known[0], abs=1e-4 * known[1])
        assert found[1:] == pytest.approx(known[1:], rel=1e-4)


def test_a_term_without_variance_is_said():
    y, x, terms, wave = made_up(4, 12)
    # schools whose means are all the same differ less than by chance
    y = y - (np.bincount(terms["school"], y) / np.bincount(terms["school"]))[terms["school"]]
    fit = fit_nested_waves(y, x, terms, wave)
    assert fit.converged and fit.flaw.startswith("singular: no variance estimated for school")
    known = fit_random_terms(y, x, terms, wave)
    assert fit.flaw == known.flaw
    found = contrast_satterthwaite(fit, [-1, 1, 0, 0])[:3]
    assert found == pytest.approx(contrast_satterthwaite(known, [-1, 1, 0, 0])[:3], rel=1e-3)


@pytest.mark.parametrize("rise", [0.0, 1.0])
def test_a_matrix_without_an_inverse_has_no_number(rise):
    """Each pupil's scores are one value, or lie on a line of their own: no third dimension."""
    rng = np.random.default_rng(0)
    pupil, wave = np.repeat(np.arange(40), 3), np.tile(WAVES, 40)
    level, slope = rng.normal(size=(2, 40))
    y = level[pupil] + rise * slope[pupil] * np.tile([0.0, 1.0, 2.0], 40)
    cells = (wave[:, None] == WAVES).astype(float)
    fit = fit_nested_waves(y, cells, {"school": pupil // 5, "pupil": pupil}, wave)
    assert not fit.converged and "not converged" in fit.note and "not converged" in fit.flaw


@pytest.mark.parametrize("seed", [5, 6])
def test_classes_that_schools_share_fit_as_mixedlm_fits_them(seed):
    """Every tenth row sits in a class of the next school, some with nobody of its own."""
    y, x, terms, wave = made_up(seed, 25)
    guest = np.arange(len(y)) % 10 == 0
    terms["class"] = np.where(guest, (terms["class"] + 4) % 100, terms["class"])
    terms["class"][terms["school"] == 3] = 200
    terms["class"][terms["school"] == 7] = 200
    assert by_school(terms)
    ours, theirs = (fit(y, x, terms, wave) for fit in (fit_nested_waves, fit_random_terms))
    assert ours.converged and ours.note == theirs.note
    assert ours.variances == pytest.approx(theirs.variances, rel=1e-3, abs=1e-7)
    for weights in ([-1, 1, 0, 0], [1, 0, 0, 0], [1, -2, 1, 0.5]):
        found, known = (contrast_satterthwaite(fit, weights)[:3] for fit in (ours, theirs))
        assert found[0] == pytest.approx(known[0], abs=1e-4 * known[1])
        assert found[1:] == pytest.approx(known[1:], rel=1e-4)


def test_pupils_who_are_in_two_schools_and_many_shared_levels_go_to_mixedlm():
    assert not by_school({"school": ["a", "b"], "pupil": ["1", "1"]})
    two = np.tile(["a", "b"], 501)
    terms = {"school": two, "class": np.repeat(np.arange(501), 2), "pupil": np.arange(1002)}
    assert not by_school(terms)
    assert by_school({name: labels[2:] for name, labels in terms.items()})
