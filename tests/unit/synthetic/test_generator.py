"""The generator keeps to the published design and to its declared truth."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest

from resilience_lib.instruments.load import load_key
from resilience_lib.paths import raw
from resilience_lib.study.yaml_files import load_yaml
from resilience_lib.synthetic.answers import Population, generate, long_answers
from resilience_lib.synthetic.expected import shown_mean, true_changes
from resilience_lib.synthetic.raw_files import make_files
from resilience_lib.synthetic.truth import TrueScale, Truth

SELF_ESTEEM = ["srs_peer12_31", "srs_peer12_32", "srs_peer12_33"]


@pytest.fixture(scope="module")
def truth() -> Truth:
    return load_yaml(raw("bounce_forward") / "truth.yml", Truth)


@pytest.fixture(scope="module")
def people(truth: Truth) -> Population:
    return generate(truth)


@pytest.fixture(scope="module")
def pupils(truth: Truth, people: Population) -> pd.DataFrame:
    return long_answers(people, truth.waves)


def with_truth(truth: Truth, **scale: object) -> Truth:
    """The truth with something else in every scale, and nobody absent."""
    never = {
        wave: rule.model_copy(update={"base": -50.0, "girls": 0.0, "per_sd_worse": 0.0})
        for wave, rule in truth.dropout.items()
    }
    scales = {name: known.model_copy(update=scale) for name, known in truth.scales.items()}
    return truth.model_copy(update={"dropout": never, "scales": scales})


def test_the_published_design(pupils: pd.DataFrame) -> None:
    first = pupils[pupils["wave"] == "before"]
    assert len(first) == 441
    assert first["school"].nunique() == 11
    assert round(100 * (first["gender"] == "boy").mean(), 1) == 54.2
    assert pupils["wave"].unique().tolist() == ["before", "end", "follow_up"]


def test_items_and_codes_are_those_of_the_keys(truth: Truth, people: Population) -> None:
    for name in ("srs_peer12", "mmf"):
        key = load_key(name)
        scales = [scale for scale in truth.scales.values() if scale.instrument == name]
        assert sorted(i for s in scales for i in s.items) == sorted(key.items)
        assert {i for s in scales for i in s.reversed} == {
            i for i in key.items if key.is_reversed(i)
        }
        for item in key.items:
            given = people.answers[f"{name}_{item}"]
            low, high = key.responses_of(item).codes
            assert set(np.unique(given)) <= {-1, *range(low, high + 1)}


def test_shown_mean_against_r() -> None:
    """R 4.2.2: t <- c(-2, -1.3, -.5, .5); d <- c(-.2, .1); l <- .74; m <- .3; v <- 1.02
    s <- sqrt(l^2 * v + 1 - l^2)
    1 + mean(sapply(d, function(x) sum(1 - pnorm((t + x - l * m) / s))))
    """
    scale = TrueScale(
        label="x", instrument="x", items=("1", "2"), lowest=1, thresholds=(-2, -1.3, -0.5, 0.5),
        difficulties=(-0.2, 0.1), girls_differ={"2": -0.9}, loading=0.74, higher_is_better=True,
        mean={"girls": 0, "boys": 0}, school_icc=0.04, school_icc_source="none", stability=0.6,
        change={}, change_school_sd=0.14, missing=0,
    )  # fmt: skip
    assert shown_mean(scale, 0.3, 1.02) == pytest.approx(4.113732563735, abs=1e-9)
    # girls find item 2 easier: the same in R with d <- c(-.2, .1 - .9)
    assert shown_mean(scale, 0.3, 1.02, girls=True) == pytest.approx(4.429731430052, abs=1e-9)


def test_true_changes_differ_by_gender_as_declared(truth: Truth) -> None:
    changes = true_changes(truth, "self_esteem")
    assert changes["end", "girls"] > 3 * changes["end", "boys"] > 0
    assert true_changes(truth, "emotional_difficulties")["end", "boys"] < 0


def test_many_studies_show_the_declared_truth(truth: Truth) -> None:
    # 60 studies without dropout or missing answers: means within 4 Monte Carlo standard errors
    complete = with_truth(truth, missing=0.0)
    changes = []
    for seed in range(60):
        frame = long_answers(generate(complete, seed), truth.waves)
        scores = frame[SELF_ESTEEM].mean(axis=1)
        means = scores.groupby([frame["gender"], frame["wave"]]).mean()
        changes.append(means["girl", "end"] - means["girl", "before"])
    error = np.std(changes, ddof=1) / np.sqrt(len(changes))
    expected = true_changes(truth, "self_esteem")["end", "girls"]
    assert abs(np.mean(changes) - expected) < 4 * error


def test_schools_share_of_an_item_s_latent_variance(truth: Truth) -> None:
    """Answers of one item, cut at its middle, over many schools: the share of variance between
    schools is about 2 / pi times the latent share near the middle (Taylor of the arcsine law)."""
    wide = with_truth(truth, missing=0.0, girls_differ={}, mean={"girls": 0.0, "boys": 0.0})
    wide = wide.model_copy(update={"school_sizes": (400,) * 200, "boys": 40_000})
    scale = wide.scales["school_connection"]
    flat = scale.model_copy(update={"thresholds": (-2.0, -1.0, 0.0, 1.0), "difficulties": ()})
    one = wide.model_copy(update={"scales": {"school_connection": flat}})
    people = generate(one, 3)
    above = (people.answers["srs_peer12_5"][:, 0] > 3).astype(float)
    between = pd.Series(above).groupby(people.school).mean().var(ddof=1)
    # arcsine law: correlation of two signs is 2 / pi asin(rho); rho = the latent share, .145
    expected = 0.25 * 2 / np.pi * np.arcsin(scale.school_icc)
    assert between == pytest.approx(expected, rel=0.25)


def test_girls_answer_the_declared_item_more_easily(truth: Truth, pupils: pd.DataFrame) -> None:
    item = f"srs_peer12_{next(iter(truth.scales['peer_support'].girls_differ))}"
    rest = [c for c in pupils if c.startswith("srs_peer12_") and c != item]
    rest = [c for c in rest if c.removeprefix("srs_peer12_") in truth.scales["peer_support"].items]
    means = pupils.groupby("gender")[[item, *rest]].mean().diff().iloc[-1]
    assert means[item] > means[rest].max() + 0.2


def test_the_worse_off_drop_out_more(truth: Truth) -> None:
    items = [f"mmf_{item}" for item in truth.scales["emotional_difficulties"].items]
    lost, kept = [], []
    for seed in range(20):
        people = generate(truth, seed)
        gone = ~people.present[:, 1]
        score = np.mean([people.answers[item][:, 0] for item in items], axis=0)
        lost.append(score[gone].mean())
        kept.append(score[~gone].mean())
    assert np.mean(lost) > np.mean(kept) + 0.03


def test_the_same_seed_gives_the_same_pupils(truth: Truth, people: Population) -> None:
    again = generate(truth)
    assert all((again.answers[item] == people.answers[item]).all() for item in people.answers)
    other = generate(truth, 1)
    assert not (other.answers["mmf_1"] == people.answers["mmf_1"]).all()


def test_files_are_those_a_team_gets_and_say_synthetic_in_every_row(truth: Truth) -> None:
    files = make_files(truth)
    assert set(files) == set(truth.files.names.values())
    for name, text in files.items():
        assert "SYNTHETIC" in name
        rows = list(csv.reader(io.StringIO(text)))
        at = rows[0].index("data")
        body = rows[3:] if name.startswith("survey") else rows[1:]
        assert {row[at] for row in body} == {"synthetic"}, name
    assert files == make_files(truth)
    staff = list(csv.DictReader(io.StringIO(files["staff_SYNTHETIC.csv"])))
    assert len(staff) == 19 and len({row["School"] for row in staff}) == 11


def test_typing_faults_are_as_many_as_declared_and_none_at_the_first_wave(
    truth: Truth, people: Population
) -> None:
    files = make_files(truth)
    right = {f"{s + 1:02d}-{n + 1:03d}" for s, k in enumerate(truth.school_sizes) for n in range(k)}

    def numbers(wave: str) -> list[str]:
        rows = list(csv.reader(io.StringIO(files[truth.files.names[wave]])))
        return [row[rows[0].index("pupil_number")] for row in rows[3:]]

    assert set(numbers("before")) == right
    later = numbers("end") + numbers("follow_up")
    blanks = sum(number != number.strip() for number in later)
    # about 807 rows: 6% with a blank, binomial SD .84 of a per cent
    assert blanks / len(later) == pytest.approx(0.06, abs=4 * 0.0084)
