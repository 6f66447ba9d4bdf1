"""What can be said of a figure's looks without eyes."""

import itertools
import re

import matplotlib.colors as mcolors
import pytest
from matplotlib.text import Text

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.registry import FIGURES, _function
from resilience_lib.figures.save import settle
from resilience_lib.figures.style import ALL_MARK, GENDER_MARKS, STYLE, new_figure, style, wrap

LONG = "Participation in decisions about daily life at home and in the wider school community"


def draw(name, study, frames):
    spec, labels = FIGURES[name], Labels.from_study(study)
    sources = [clear(read, frames[read], study) for read in spec.reads]
    cleared = _function(spec, "select", name)(*sources, labels)
    figure = _function(spec, "draw", name)(cleared, labels)
    return figure, _function(spec, "caption", name)(cleared, labels)


@pytest.fixture(scope="module")
def studies(made_up):
    plain = made_up.study(outcomes=("reading", "low_worry"), open_data=False, population=True)
    arms = made_up.study(
        outcomes=("a", "b"),
        labels=(LONG, "Empathy"),
        waves=("Kindergarten", "Grade 1", "Grade 2", "Grade 3"),
        arms=("regular", "small", "regular with aide"),
    )
    return {
        "plain": (plain, made_up.frames(plain, made_up.pupils(plain))),
        "no boys": (plain, made_up.frames(plain, made_up.pupils(plain, boys=0.0))),
        "arms": (arms, made_up.frames(arms, made_up.pupils(arms, schools=5, per_school=120))),
    }


CASES = [
    (case, name)
    for case in ("plain", "no boys", "arms")
    for name, spec in FIGURES.items()
    if case == "arms" or not spec.needs_comparison
]


@pytest.mark.parametrize(("case", "name"), CASES)
def test_text_is_large_enough_and_inside_the_page(case, name, studies):
    figure, _ = draw(name, *studies[case])
    settle(figure)
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    assert shown
    for text in shown:
        assert text.get_fontsize() >= 7, text.get_text()
        assert text.get_fontfamily() == ["DejaVu Sans"]
    # in inches, around everything that is drawn; a hundredth for rounding
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert drawn.x0 > -0.01 and drawn.y0 > -0.01
    assert drawn.x1 < width + 0.01 and drawn.y1 < height + 0.01


@pytest.mark.parametrize(("case", "name"), CASES)
def test_every_panel_that_is_drawn_has_data(case, name, studies):
    figure, _ = draw(name, *studies[case])
    for axes in figure.axes:
        if axes.axison:
            assert axes.has_data(), axes.get_title()


def test_names_of_waves_do_not_overlap(studies):
    for case in studies:
        figure, _ = draw("wave_means", *studies[case])
        settle(figure)
        for axes in figure.axes:
            boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
            assert not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))


def test_groups_are_told_apart_without_colour():
    marks = [ALL_MARK, *GENDER_MARKS]
    lightness = sorted(_luminance(mark.color) for mark in marks)
    assert all(b - a > 0.1 for a, b in itertools.pairwise(lightness))
    assert len({mark.marker for mark in marks}) == 3
    assert GENDER_MARKS[0].line != GENDER_MARKS[1].line


def _luminance(color):
    """Lightness as a greyscale print shows it (ITU-R BT.601)."""
    red, green, blue = mcolors.to_rgb(color)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_one_group_is_called_change_with_its_caution(studies):
    for name in ("wave_means", "change_forest", "change_distribution", "school_change"):
        _, caption = draw(name, *studies["plain"])
        assert "change, not effect" in caption
        assert "maturation, retesting and the change of school year" in caption
        assert "95% CR2, Satterthwaite df" in caption and "11 schools" in caption
        _, caption = draw(name, *studies["arms"])
        assert "change, not effect" not in caption


def test_no_ranking_is_printed_in_the_figure(studies):
    figure, caption = draw("school_change", *studies["plain"])
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "Not a ranking" in words and "Not a ranking" in caption


def test_published_steps_carry_their_source(studies):
    figure, caption = draw("participation_flow", *studies["plain"])
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "3,134 pupils in 36 schools" in words and "Kara et al. (2021), abstract" in words
    assert "published in Kara et al. (2021), abstract" in caption


def test_the_gender_difference_is_a_row_set_apart(studies):
    figure, _ = draw("change_forest", *studies["plain"])
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names.count("Girls − boys") == 2  # one for each outcome


def test_dwarfed_differences_get_an_axis_of_their_own(studies):
    study, frames = studies["plain"]
    estimates = frames["estimates"].copy()
    large = (estimates["estimand"] == "g_change_model") & (estimates["subgroup"] != "girls - boys")
    estimates.loc[large, ["estimate", "conf_low", "conf_high"]] += 5.0
    figure, _ = draw("change_forest", study, {**frames, "estimates": estimates})
    above, below = figure.axes
    assert above.get_xlim()[1] > 4 and below.get_xlim()[1] < 1


def test_a_figure_is_not_known_to_pyplot_and_the_style_stays_inside():
    import matplotlib as mpl

    before = mpl.rcParams["axes.titleweight"]
    with style():
        assert mpl.rcParams["axes.titleweight"] == STYLE["axes.titleweight"]
        new_figure(85, 40)
    assert mpl.rcParams["axes.titleweight"] == before


def test_words_are_never_broken():
    assert wrap("Kindergarten", 5) == "Kindergarten"


def test_every_caption_says_n_schools_and_what_the_interval_is(studies, made_up):
    for case, mine in studies.items():
        for name, spec in FIGURES.items():
            if spec.needs_comparison and case != "arms":
                continue
            _, caption = draw(name, *mine)
            assert re.search(r"\d pupils", caption), (case, name)
            assert re.search(r"\d+ (to \d+ )?schools", caption), (case, name)
            assert re.search("[Ii]nterval", caption), (case, name)


def test_counts_of_the_study_stand_in_the_captions_of_flow_and_missingness(studies, made_up):
    # 11 schools x 40 pupils, confidential; 5 x 120, open
    for name in ("participation_flow", "missingness"):
        _, caption = draw(name, *studies["plain"])
        assert re.search(r"[Aa]bout 440 pupils in 11 schools", caption), caption
        assert "there is no interval" in caption
        _, caption = draw(name, *studies["arms"])
        assert "600 pupils in 5 schools" in caption and "bout" not in caption
    _, caption = draw("participation_flow", *studies["plain"])
    assert "3,134 pupils in 36 schools" in caption
    # seven pupils, two schools: neither number is said
    few = made_up.study(open_data=False)
    who = made_up.pupils(few, schools=2, per_school=4).iloc[:7]
    for name in ("participation_flow", "missingness"):
        _, caption = draw(name, few, made_up.frames(few, who))
        assert not re.search(r"\b[27] (pupils|schools)", caption)
        assert "number of schools that is not shown" in caption


def test_a_forest_with_nothing_to_show_has_no_made_up_scale(made_up) -> None:
    made = made_up.study(open_data=False)
    few = made_up.frames(made, made_up.pupils(made, schools=2, per_school=4))
    figure, _ = draw("change_forest", made, few)
    for axes in figure.axes:
        assert [label.get_text() for label in axes.get_xticklabels()] == ["0"]
        assert axes.get_xlim() == (-1, 1)
