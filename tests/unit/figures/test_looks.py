"""What can be said of a figure's looks without eyes."""

import itertools
import re

import matplotlib.colors as mcolors
import pytest
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.registry import FIGURES, _function
from resilience_lib.figures.save import settle
from resilience_lib.figures.sensitivity_strip import (
    caption_sensitivity_strip,
    draw_sensitivity_strip,
    select_sensitivity_strip,
)
from resilience_lib.figures.style import ALL_MARK, GENDER_MARKS, STYLE, new_figure, style, wrap

LONG = "Participation in decisions about daily life at home and in the wider school community"


def draw(name, study, frames):
    spec, labels = FIGURES[name], Labels.from_study(study)
    sources = [clear(read, frames[read], study) for read in spec.reads]
    cleared = _function(spec, "select", name)(*sources, labels)
    figure = _function(spec, "draw", name)(cleared, labels)
    return figure, _function(spec, "caption", name)(cleared, labels)


@pytest.fixture(scope="module")
def drawn(studies):
    """Draws a figure of a case once for all tests that only look at it."""
    done = {}

    def look(case, name):
        if (case, name) not in done:
            done[case, name] = draw(name, *studies[case])
        return done[case, name]

    return look


@pytest.fixture(scope="module")
def studies(made_up):
    plain = made_up.study(
        outcomes=("reading", "low_worry", "spelling"),
        incomparable=("spelling",),
        open_data=False,
        population=True,
    )
    few = made_up.study(outcomes=("spelling",), incomparable=("spelling",), open_data=False)
    arms = made_up.study(
        outcomes=("a", "b", "c"),
        incomparable=("c",),
        labels=(LONG, "Empathy", f"Test of the year: {LONG}"),
        waves=("Kindergarten", "Grade 1", "Grade 2", "Grade 3"),
        arms=("regular", "small", "regular with aide"),
    )
    twelve = made_up.study(
        outcomes=tuple(f"outcome_{i}" for i in range(12)),
        labels=[f"{LONG}, part {i}" for i in range(12)],
        waves=("Before", "End of programme", "3 to 5 months later"),
        open_data=False,
        scale=(1, 5),
    )
    pair = made_up.study(outcomes=("reading", "low_worry"))
    return {
        "twelve": (twelve, made_up.frames(twelve, made_up.pupils(twelve))),
        "few": (pair, made_up.frames(pair, made_up.pupils(pair, schools=4, per_school=6))),
        "plain": (plain, made_up.frames(plain, made_up.pupils(plain))),
        "no boys": (plain, made_up.frames(plain, made_up.pupils(plain, boys=0.0))),
        "places": (few, made_up.frames(few, made_up.pupils(few, schools=4, per_school=12))),
        "arms": (arms, made_up.frames(arms, made_up.pupils(arms, schools=5, per_school=120))),
    }


DESIGNS = {
    "plain": ("pupils", "change", "place", "items"),
    "no boys": ("pupils", "change", "place", "items"),
    "places": ("pupils", "place"),
    "arms": ("pupils", "change", "place", "effect", "items"),
    "twelve": ("pupils", "change", "items"),
    "few": ("pupils", "change", "items"),
}
CASES = [
    (case, name)
    for case, designs in DESIGNS.items()
    for name, spec in FIGURES.items()
    if spec.fit.design in designs
]


@pytest.mark.parametrize(("case", "name"), CASES)
def test_text_is_large_enough_and_inside_the_page(case, name, drawn):
    figure, _ = drawn(case, name)
    settle(figure)
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    assert shown
    for text in shown:
        assert text.get_fontsize() >= 7, text.get_text()
        assert text.get_fontfamily() == ["DejaVu Sans"]
    page = figure.bbox
    for text in (one for one in shown if not one.get_in_layout()):
        # headings and titles that run over panels, and that no room is made for
        box = text.get_window_extent()
        assert box.x0 >= page.x0 - 1 and box.x1 <= page.x1 + 1, text.get_text()
        assert box.y0 >= page.y0 - 1 and box.y1 <= page.y1 + 1, text.get_text()
    # in inches, around everything that is drawn; a hundredth for rounding
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert drawn.x0 > -0.01 and drawn.y0 > -0.01
    assert drawn.x1 < width + 0.01 and drawn.y1 < height + 0.01


@pytest.mark.parametrize(("case", "name"), CASES)
def test_every_panel_that_is_drawn_has_data(case, name, drawn):
    figure, _ = drawn(case, name)
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
    for name in (
        *("wave_means", "change_forest", "change_distribution", "school_change"),
        *("paired_estimation", "person_change", "marginal_means", "sensitivity_strip"),
    ):
        _, caption = draw(name, *studies["plain"])
        assert "change, not effect" in caption
        assert "maturation, retesting and the change of school year" in caption
        assert "Satterthwaite df" in caption and "11 schools" in caption
        _, caption = draw(name, *studies["arms"])
        assert "change, not effect" not in caption


def test_no_ranking_is_printed_in_the_figure(studies):
    figure, caption = draw("school_change", *studies["plain"])
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "Not a ranking" in words and "Not a ranking" in caption


def test_waves_of_tests_that_differ_have_an_axis_each_and_no_line(studies):
    figure, caption = draw("wave_means", *studies["places"])
    drawn = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_xticklabels()[0].get_text() for axes in drawn] == ["Before", "After"]
    assert not drawn[0].get_shared_y_axes().joined(*drawn)
    for axes in drawn:
        # a mark of each gender, its bar and two caps: nothing has two waves
        assert {line.get_xdata().size for line in axes.lines} == {1}
        assert {line.get_linestyle() for line in axes.lines} == {"None"}
    assert "not known to be, one scale (Spelling)" in caption
    assert "change, not effect" not in caption
    # of three outcomes with four waves and three arms, one has each wave in a row of its own
    figure, caption = draw("wave_means", *studies["arms"])
    sizes = [axes.get_xlim()[1] for axes in figure.axes]
    assert [round(size, 1) for size in sizes] == [3.4] * 6 + [0.4] * 12
    assert "no line joins them" in caption


def test_places_say_that_they_are_no_change_and_no_ranking(studies):
    for name in ("gender_gaps", "rank_stability", "school_positions"):
        figure, caption = draw(name, *studies["places"])
        assert "points cannot be compared between waves, and no change is shown" in caption
        words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
        assert ("Not a ranking" in words) == ("Not a ranking" in caption)
        assert ("Not a ranking" in caption) == (name == "school_positions")
        assert not re.search(r"\bS0\d\b", words + caption)


def test_a_gap_that_is_not_there_is_said(studies):
    figure, _ = draw("gender_gaps", *studies["no boys"])
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words == ["not shown", "not shown"]


def test_schools_that_cannot_be_told_apart_leave_words_and_no_empty_panel(studies):
    study, frames = studies["arms"]
    nothing = dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high"), float("nan"))
    unplaced = frames["school_positions"].assign(**nothing)
    figure, caption = draw("school_positions", study, {**frames, "school_positions": unplaced})
    for axes in figure.axes:
        assert [text.get_text() for text in axes.texts] == [
            "no difference between\nschools can be shown"
        ]
    assert "600 pupils in 5 schools" in caption


def test_published_steps_carry_their_source(studies):
    figure, caption = draw("participation_flow", *studies["plain"])
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "3,134 pupils in 36 schools" in words and "Kara et al. (2021), abstract" in words
    assert "published in Kara et al. (2021), abstract" in caption


def test_the_flow_says_whom_linking_by_codes_left_over(studies):
    study, frames = studies["arms"]
    links = frames["links"].set_index(["count", "waves"])["n"]
    _, caption = draw("participation_flow", study, frames)
    alone = ", ".join(f"{links['left_over', wave]} at {wave}" for wave in study.wave_names)
    assert f"Pupils found at that wave alone: {alone}; rows" in caption
    assert "fits two others equally well: 0 at T1, 9 at T2, 0 at T3, 0 at T4; rows" in caption
    # two schools: neither the number nor that it is small
    study, frames = studies["plain"]
    two = frames["links"].assign(n=40, schools=2)
    _, caption = draw("participation_flow", study, {**frames, "links": two})
    assert "alone: a number that is not shown at each wave; rows" in caption
    # pupils linked by id: what is lost is lost
    by_id = frames["links"].query("count not in ('tie', 'taken', 'too_few_parts')")
    _, caption = draw("participation_flow", study, {**frames, "links": by_id})
    assert "codes" not in caption


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


def test_every_caption_says_n_schools_and_what_the_interval_is(drawn):
    for case, name in CASES:
        _, caption = drawn(case, name)
        assert re.search(r"\d pupils", caption), (case, name)
        assert re.search(r"\d+ (to \d+ )?schools", caption), (case, name)
        assert re.search("[Ii]nterval", caption), (case, name)


def test_intervals_of_changed_persons_are_told_apart_by_rule(studies):
    _, caption = draw("person_change", *studies["arms"])
    assert "any change and important change, 95% CR2, Satterthwaite df, on the logit" in caption
    assert "reliable change, 95% jackknife over schools, t(k - 1), on the logit" in caption
    study, frames = studies["arms"]
    reliable = frames["persons"][frames["persons"]["rule"] == "reliable"]
    _, caption = draw("person_change", study, {**frames, "persons": reliable})
    assert "(above): 95% jackknife over schools, t(k - 1), on the logit scale." in caption


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


def test_twelve_outcomes_fit_on_a_page(drawn):
    """Page of 257 mm, as A4 less two margins of 20; labels are 85 characters long."""
    for case, name in CASES:
        if case == "twelve":
            figure, _ = drawn(case, name)
            assert figure.get_figheight() * 25.4 <= 257, name
            assert figure.get_figwidth() * 25.4 <= 180, name


def boxes_of(texts):
    return [text.get_window_extent() for text in texts if text.get_text().strip()]


@pytest.mark.parametrize(
    "name", ["change_forest", "person_change", "responses", "item_responses", "sensitivity_strip"]
)
def test_names_of_rows_do_not_overlap(name, drawn):
    figure, _ = drawn("twelve", name)
    settle(figure)
    names = [t for t in figure.axes[0].get_yticklabels() if t.get_visible()]
    headings = [t for t in figure.findobj(Text) if not t.get_in_layout()]
    boxes = boxes_of([*names, *headings])
    assert len(boxes) > 8
    # a tenth of a point for rounding
    bad = [
        (a, b)
        for a, b in itertools.combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.2 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1.5
    ]
    assert not bad


def test_a_dash_of_the_strip_is_explained(made_up):
    study = made_up.study(outcomes=("reading", "test"))
    frames = made_up.frames(study, made_up.pupils(study))
    rows = frames["sensitivity"]
    rows = rows[(rows["outcome"] != "test") | (rows["answer"] != "jackknife")]
    labels = Labels.from_study(study)
    cleared = select_sensitivity_strip(clear("sensitivity", rows, study), labels)
    assert "A dash: the method has nothing to add" in caption_sensitivity_strip(cleared, labels)
    figure = draw_sensitivity_strip(cleared, labels)
    words = [text.get_text() for text in figure.findobj(Text)]
    # one for each change of the outcome without the answer
    assert words.count("\N{EN DASH}") == len(study.changes)


def test_the_strip_marks_the_headline_and_says_why_an_answer_is_missing(drawn):
    figure, caption = drawn("plain", "sensitivity_strip")
    words = [text.get_text() for text in figure.findobj(Text)]
    assert "Headline (CR2)" in words and "Missing 0.2 SD lower" in words
    assert words.count("a") == 2  # without flagged items, two outcomes
    said = "a: no item is flagged"
    assert any(said in text for text in words) and said in caption
    assert "A dash" not in caption
    # the other answers are hollow, the headline is full
    full = [line for line in figure.axes[0].lines if line.get_marker() == "s"]
    assert len(full) == 1 and full[0].get_ydata() == [0]


def test_chance_is_marked_where_it_would_fall(studies, drawn):
    figure, caption = drawn("few", "person_change")
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Any change", "Reliable change", "Important change",
    ]  # fmt: skip
    below, above = (
        [x for line in figure.axes[1].lines if line.get_marker() == marker
         for x in line.get_xdata()] for marker in "^v"
    )  # fmt: skip
    # 2.5 per cent at both ends, for all, girls and boys in two outcomes
    assert below == pytest.approx([0.025] * 6) and above == pytest.approx([0.975] * 6)
    assert "chance alone" in caption and "no minimal important change" in caption


def test_answers_are_never_merged_across_the_line(drawn):
    figure, caption = drawn("few", "responses")
    # three groups, two outcomes, two waves: a line and an interval each
    for axes in figure.axes:
        drawn_lines = [one for one in axes.collections if isinstance(one, LineCollection)]
        assert len(drawn_lines) == 2 * 2 * 2
    assert "above the middle of the codes" in caption


def test_schools_that_do_not_differ_in_change_leave_words(studies):
    study, frames = studies["plain"]
    names = ["shrunk", "shrunk_low", "shrunk_high"]
    alike = frames["school_changes"].copy()
    alike.loc[alike["outcome"] == "reading", names] = float("nan")
    figure, caption = draw("school_change", study, {**frames, "school_changes": alike})
    assert [len(axes.texts) for axes in figure.axes] == [1, 0]
    assert figure.axes[0].texts[0].get_text() == "no difference between\nschools can be shown"
    assert "drawn towards the mean" in caption
