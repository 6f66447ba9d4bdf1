"""Nine girls are planted; nothing published tells of them, nor lets them be worked out."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from made_up_names import of_pupils
from matplotlib.text import Text

from resilience_lib.disclosure.gates import Published
from resilience_lib.figures.registry import FIGURES, make_figure
from resilience_lib.tables.registry import TABLES, make_table


@pytest.fixture(scope="module")
def everything(made_up, tmp_path_factory):
    """All figures and tables of the planted study."""
    folder = tmp_path_factory.mktemp("published")
    study, frames = made_up.planted()
    figures = {
        name: make_figure(name, Published(frames.__getitem__, study), folder)
        for name in of_pupils(FIGURES)
        if FIGURES[name].fit.design != "effect"
    }
    for name in of_pupils(TABLES):
        make_table(name, Published(frames.__getitem__, study), folder)
    return folder, figures, frames


SECRET = re.compile(r"(?<![\d.])(973\.|461\.|511\.7|0\.045|0\.955|191\b)")
"""Estimates of girls and of boys, their difference, shares of both, the number of boys."""


def test_no_published_byte_holds_a_secret(everything, made_up, published):
    folder, _, _ = everything
    assert made_up.SECRETS == (973.19371, 461.48263)
    paths = sorted(folder.iterdir())
    assert {path.suffix for path in paths} == {
        ".svg", ".pdf", ".png", ".csv", ".txt", ".html", ".docx",
    }  # fmt: skip
    for path in paths:
        words = published.words_of(path)
        for school in ("S00", "P00000", "P00008"):
            assert school not in words, (path.name, school)
        if path.suffix == ".svg":
            # glyphs and lines are coordinates there: what is readable is ids and metadata
            words = re.sub(r'="[^"]*"', "", words)
        assert not SECRET.search(words), (path.name, SECRET.search(words))
        assert not re.search(r"\b9 pupils\b", words)


def test_no_text_of_a_picture_holds_a_secret(everything):
    _, figures, _ = everything
    for name, figure in figures.items():
        for text in figure.findobj(Text):
            assert not SECRET.search(text.get_text()), (name, text.get_text())


def test_the_search_finds_what_is_not_suppressed(everything):
    _, _, frames = everything
    raw = (
        frames["estimates"].to_csv()
        + frames["sample"].to_csv()
        + str(frames["estimates"].method[0])
    )
    assert {"973.", "461.", "511.7", "191"} <= set(SECRET.findall(raw))


def test_nothing_is_drawn_where_a_secret_is(everything, made_up):
    _, figures, _ = everything
    forbidden = [*made_up.SECRETS, made_up.SECRETS[0] - made_up.SECRETS[1]]
    for name, figure in figures.items():
        for axes in figure.axes:
            drawn = [np.asarray(line.get_xydata(), dtype=float).ravel() for line in axes.lines]
            for collection in axes.collections:
                drawn.append(np.asarray(collection.get_offsets(), dtype=float).ravel())
                drawn += [path.vertices.ravel() for path in collection.get_paths()]
            values = np.concatenate([np.zeros(1), *drawn])
            for secret in forbidden:
                assert not np.isclose(values, secret, atol=1e-3).any(), (name, secret)


def test_pdf_words_can_be_read_at_all(everything, published):
    folder, _, _ = everything
    assert "SYNTHETIC" in published.words_of(folder / "participation_flow.pdf")
    assert "fewer than 10" in published.words_of(folder / "participation_flow.pdf")


def test_no_subtraction_of_published_counts_gives_a_small_one(everything):
    folder, _, _ = everything
    counts = set()
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path)
        names = {"pupils", "stayed", "entered", "returned", "lost", "missing", "n", "how many"}
        names |= {"rows before", "rows after", "all waves", "t1", "t2", "t3"}
        names |= {f"{wave} n" for wave in ("t1", "t2", "t3")}
        for column in frame.columns:
            if column.lower() in names:
                text = frame[column].dropna().astype(str).str.replace(",", "")
                counts |= {float(value) for value in text if value not in ("x", "< 10")}
    assert counts, "counts are published"
    assert all(count >= 10 for count in counts)
    assert all(abs(a - b) >= 10 for a, b in itertools.combinations(counts, 2))


def test_suppression_is_said(everything):
    folder, _, _ = everything
    for name in ("change_forest", "wave_means", "missingness", "change_distribution",
                 "paired_estimation", "person_change", "marginal_means", "responses",
                 "item_responses", "sensitivity_strip", "school_change"):  # fmt: skip
        caption = (folder / f"{name}.txt").read_text(encoding="utf-8")
        assert "counts of pupils below 10 are not shown" in caption
    assert "suppressed" in (folder / "change_forest.txt").read_text(encoding="utf-8")


def test_pupils_points_are_never_published(everything):
    folder, _, frames = everything
    plotted = pd.read_csv(folder / "change_distribution.csv")
    assert set(plotted["layer"]) == {"density", "mean"}
    assert set(plotted.loc[plotted["layer"] == "density", "gender"]) == {"all"}
    assert len(plotted) < len(frames["changes"]) / 10


def test_places_of_girls_and_boys_are_not_published_and_no_school_is_known(everything):
    folder, _, frames = everything
    gaps = pd.read_csv(folder / "gender_gaps.csv")
    assert len(gaps) == 3 and gaps[["estimate", "conf_low", "n"]].isna().all(axis=None)
    stability = pd.read_csv(folder / "rank_stability.csv")
    shown = stability.loc[stability["estimate"].notna(), "subgroup"]
    assert set(stability["subgroup"]) == {"all", "girls", "boys", "girls - boys"}
    assert set(shown) == {"all"}
    places = pd.read_csv(folder / "school_positions.csv").query("layer == 'school'")
    widths = places.assign(width=places["conf_high"] - places["conf_low"]).groupby("contrast")
    assert (widths["width"].agg(np.ptp) < 1e-9).all()
    assert places["n"].isna().all() and not {"school", "sd"} & set(places.columns)
    # schools of 29 to 40 pupils had intervals of their own
    own = frames["school_positions"].query("contrast == 'T3'")
    assert (own["conf_high"] - own["conf_low"]).nunique() > 1


def test_estimation_figures_tell_neither_girls_nor_boys(everything):
    folder, _, frames = everything
    draws = pd.read_csv(folder / "paired_estimation.csv")
    assert set(draws["layer"]) == {"density", "mean", "effect", "draws"}
    assert set(draws["gender"].dropna()) | set(draws["subgroup"].dropna()) == {"all"}
    assert (frames["bootstrap"]["subgroup"] == "girls").any()
    means = pd.read_csv(folder / "marginal_means.csv")
    assert set(means["gender"].dropna()) == {"all"}
    assert set(means.loc[means["layer"] == "mean", "subgroup"]) == {"all"}
    # the scale ends at 100, and no bin is of fewer than ten of 167
    assert means["right"].max() <= 100 and means["share"].min() >= 0.05
    strip = pd.read_csv(folder / "sensitivity_strip.csv")
    assert set(strip["subgroup"]) == {"all"}
    for name in ("responses", "item_responses"):
        answers = pd.read_csv(folder / f"{name}.csv")
        assert set(answers.loc[answers["share"].notna(), "subgroup"]) == {"all"}
        counted = answers["counted"].dropna()
        assert (counted >= 10).all() and (counted % 10 == 0).all()


def test_no_share_of_change_is_of_fewer_than_ten(everything):
    folder, _, frames = everything
    shares = pd.read_csv(folder / "person_change.csv")
    known = shares[shares["estimate"].notna()]
    assert set(known["subgroup"]) == {"all"}
    parts = known[~known["estimand"].str.endswith("_by_chance")]
    assert (parts["estimate"] * parts["n"] > 9).all()
    # of three shares, all but one would give the one that is left: one or three are seen
    seen = parts.groupby(["outcome", "rule"]).size()
    assert set(seen) <= {1, 3} and 1 in set(seen)
    raw = frames["persons"].query("contrast == 'T3 - T1' and estimand == 'share_deteriorated'")
    assert ((raw["estimate"] * raw["n"]).round() < 10).any()


def test_a_school_is_shown_by_its_shrunken_change_alone(everything):
    folder, _, frames = everything
    schools = pd.read_csv(folder / "school_change.csv").query("layer == 'school'")
    widths = schools.assign(width=schools["conf_high"] - schools["conf_low"]).groupby("outcome")
    assert (widths["width"].agg(np.ptp) < 1e-9).all()
    assert not {"school", "shrunk"} & set(schools.columns) and schools["n"].isna().all()
    raw = frames["school_changes"].query("contrast == 'T3 - T1'")
    assert len(schools) == len(raw)
    # what a school's pupils changed by is not what is shown of it
    gaps = raw["estimate"].to_numpy()[:, None] - schools["estimate"].to_numpy()
    assert (np.abs(gaps).min(axis=1) > 1e-6).all()


def rows_of(path):
    return pd.read_csv(path, dtype="str", keep_default_na=False).to_dict("records")


def test_cleaning_tells_neither_girls_nor_boys(everything):
    folder, _, frames = everything
    log = frames["log"].set_index("after")["changed"]
    assert log["girls"] == 27 and log["boys"] == 200 + 178 + 167 - 27
    shown = {row["After"]: row["How many"] for row in rows_of(folder / "cleaning.csv")}
    assert (shown["“girls”"], shown["“boys”"], shown["missing"]) == ("x", "x", "< 10")
    # of three items, each 272, 163 and 109 cells of 545
    assert (shown["“0”"], shown["“1”"], shown["“2”"]) == ("820", "490", "330")


def test_items_and_scales_tell_neither_girls_nor_boys(everything):
    folder, _, frames = everything
    assert (frames["reliability"].query("subgroup == 'girls'")["n"] == 9).all()
    for row in rows_of(folder / "reliability.csv"):
        values = [text for name, text in row.items() if name not in ("Outcome", "Wave", "Group",
                                                                     "data")]  # fmt: skip
        assert (set(values) == {"x"}) == (row["Group"] != "All pupils"), row
    rows = rows_of(folder / "functioning.csv")
    assert rows[0]["Contrast"] == "x"
    assert not [row for row in rows if row["Part"] == "Flagged items"]
    for row in rows[1:]:
        assert (row["Value"] == "x") == (row["Group"] != "All pupils"), row
    # nine whom the sentence of the direction check leaves out of its n
    assert frames["direction"]["sentence"][2].endswith("(n 191)")
    assert rows_of(folder / "items.csv")[2]["Finding"].startswith("T1: against its scale")


def test_links_say_how_few_were_left_over_and_the_caption_does(everything):
    folder, _, frames = everything
    tie = frames["links"].query("count == 'tie'")
    assert tie["n"].tolist() == [0, 9, 0]
    (row,) = [r for r in rows_of(folder / "links.csv") if r["What"].startswith("Tie")]
    assert [row[wave] for wave in ("T1", "T2", "T3")] == ["< 10"] * 3
    caption = (folder / "participation_flow.txt").read_text(encoding="utf-8")
    assert "rows whose code fits two others equally well: fewer than 10 at each wave" in caption
