"""What can be said without eyes of figures of coded stories. All frames are made up."""

from __future__ import annotations

import importlib
import re

import made_up_stories
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.text import Text

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.figures.grid import SHEET_MM, lines_of, wide_mm
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.save import PNG_DPI, mark_synthetic, save_figure, settle
from resilience_lib.figures.story_marks import JUDGED, MEASURED
from resilience_lib.figures.style import style

READS = {
    "joint_display": ("displays",),
    "cycle_matrix": ("coverage",),
    "convergence_grid": ("convergence",),
    "value_flow": ("flows", "coverage"),
    "coder_confusion": ("confusion", "coverage"),
    "value_triads": ("triads",),
    "school_stories": ("school_stories",),
}
CASES = {
    "three": {"stories": 3, "groups": (("role", "Teachers"),), "themes": 2, "schools": 2},
    "nineteen": {},
    "thousands": {
        "stories": 3000,
        "cycles": ("value_creation_2020", "value_creation_2011"),
        "schools": 90,
        "themes": 12,
    },
    "long": {"long": True, "cycles": ("value_creation_2020",)},
    "hidden": {"hidden": True},
    "missing": {"groups": (), "themes": 1},
}
ALL = [(case, name) for case in CASES for name in READS]
ALONE = ("cycle_matrix", "convergence_grid", "value_flow", "coder_confusion", "value_triads")
"""Figures that a study without pupils can have."""


def draw(name, frames, labels, **rules):
    module = importlib.import_module(f"resilience_lib.figures.{name}")
    given = [made_up_stories.cleared(frames[read], **rules) for read in READS[name]]
    cleared = getattr(module, f"select_{name}")(*given, labels)
    assert isinstance(cleared, Cleared)
    figure = getattr(module, f"draw_{name}")(cleared, labels)
    return figure, getattr(module, f"caption_{name}")(cleared, labels), cleared


@pytest.fixture(scope="module")
def labels(made_up):
    return Labels.from_study(made_up.study(outcomes=("empathy", "low_worry"), synthetic=True))


@pytest.fixture(scope="module")
def drawn(labels):
    done = {}

    def look(case, name):
        if (case, name) not in done:
            figure, caption, _ = draw(name, made_up_stories.frames(**CASES[case]), labels)
            # as saving does it
            with style():
                mark_synthetic(figure)
            settle(figure)
            # in the dots of the files, whose lines a renderer of the screen would set farther apart
            figure.set_dpi(PNG_DPI)
            FigureCanvasAgg(figure)
            done[case, name] = figure, caption
        return done[case, name]

    return look


def texts(figure):
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def words(figure):
    return [" ".join(text.get_text().split()) for text in texts(figure)]


@pytest.mark.parametrize(("case", "name"), ALL)
def test_text_is_large_enough_inside_the_page_and_apart(case, name, drawn):
    figure, _ = drawn(case, name)
    shown = texts(figure)
    assert shown
    renderer = figure.canvas.get_renderer()
    # a text's own box, without the white one behind it
    boxes = np.array([Text.get_window_extent(text, renderer).extents for text in shown])
    for text, (x0, y0, x1, y1) in zip(shown, boxes, strict=True):
        assert text.get_fontsize() >= 7, text.get_text()
        assert text.get_fontfamily() == ["DejaVu Sans"]
        assert x0 >= -1 and x1 <= figure.bbox.x1 + 1, text.get_text()
        assert y0 >= -1 and y1 <= figure.bbox.y1 + 1, text.get_text()
    left, low, right, high = boxes.T
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    down = np.minimum.outer(high, high) - np.maximum.outer(low, low)
    # boxes of lines below each other may touch: no letter fills its box (in dots of the files)
    over = np.triu((across > 1) & (down > 4), 1)
    assert not over.any(), [(shown[i].get_text(), shown[j].get_text()) for i, j in
                            np.argwhere(over)]  # fmt: skip


@pytest.mark.parametrize(("case", "name"), ALL)
def test_it_fits_on_a_page_and_has_no_share_and_no_p(case, name, drawn):
    figure, caption = drawn(case, name)
    assert figure.get_figheight() * 25.4 <= 257 and figure.get_figwidth() * 25.4 <= 180
    said = [*words(figure), caption]
    assert not any("%" in text for text in said)
    assert not any(text.startswith(("p =", "p <")) or " p = " in text for text in said)
    assert not any(re.search(r"\bnan\b", text, re.IGNORECASE) for text in said)
    assert caption.endswith("Synthetic data: made up for a test.")


@pytest.mark.parametrize("name", ALONE)
def test_a_study_of_stories_alone_needs_no_outcome(name):
    labels = Labels.from_study(made_up_stories.alone())
    figure, caption, _ = draw(name, made_up_stories.frames(), labels)
    assert words(figure) and "change, not effect" not in caption


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("open_data", [True, False])
def test_nothing_to_show_leaves_words(name, open_data, labels, tmp_path):
    empty = {read: frame.iloc[:0] for read, frame in made_up_stories.frames().items()}
    figure, caption, cleared = draw(name, empty, labels, open_data=open_data)
    assert any(text.startswith("No ") for text in words(figure)), words(figure)
    save_figure(figure, name, cleared, tmp_path, caption=caption)


def test_widths_are_those_that_are_drawn(drawn):
    figure, _ = drawn("nineteen", "convergence_grid")
    text = next(t for t in texts(figure) if t.get_text().startswith("7 of 19 staff"))
    box = text.get_window_extent(figure.canvas.get_renderer())
    # never less than what is drawn, and little more
    assert 0 <= wide_mm(text.get_text()) - (box.x1 - box.x0) / figure.dpi * 25.4 < 1
    for line in lines_of(made_up_stories.LONG * 2, 20):
        assert wide_mm(line) <= 20
    parts = lines_of("Donaudampfschifffahrt", 15)
    assert "".join(part.rstrip("-") for part in parts) == "Donaudampfschifffahrt"
    assert len(parts) > 1 and all(wide_mm(part) <= 15 and len(part) >= 3 for part in parts)


def test_every_judgement_has_a_mark_of_its_own():
    for marks in (JUDGED, MEASURED):
        # shape and filling tell them apart without colour
        assert len({(marker, filled) for marker, _, filled in marks.values()}) == len(marks)


# joint display


def test_estimates_stand_on_one_scale_of_smallest_important_changes(labels):
    from resilience_lib.figures.joint_display import _place

    frames = made_up_stories.frames(themes=2)
    shown = frames["displays"]
    shown.loc[1, ["estimate", "conf_low", "conf_high", "higher_is_better"]] = [-3, -4.5, -1.5, 0]
    figure, caption, _ = draw("joint_display", frames, labels)
    points = [line for line in figure.axes[0].lines if line.get_marker() == "s"
              and line.get_color() == "#1A1A1A"]  # fmt: skip
    # 3 points with 2 that matter: one and a half; 3 fewer of a worry are as good
    assert [line.get_xdata()[0] for line in points] == [_place(1.5, 3), _place(1.5, 3)]
    # the scale runs from 40 to 86 mm for -3 to 3: one and a half is at three quarters
    assert _place(1.5, 3) == pytest.approx(40 + 46 * 0.75)
    assert any("3.00 [1.50, 4.50]" in text.replace("\xa0", " ") for text in words(figure))
    assert any("−3.00 [−4.50, −1.50]" in text.replace("\xa0", " ") for text in words(figure))
    assert "turned so that better is to the right" in caption and "An arrow" not in caption


def test_what_goes_beyond_the_scale_ends_in_an_arrow(labels):
    frames = made_up_stories.frames(themes=1)
    frames["displays"].loc[0, ["estimate", "conf_high"]] = [30.0, 40.0]
    figure, caption, _ = draw("joint_display", frames, labels)
    assert [line.get_marker() for line in figure.axes[0].lines if line.get_marker() in "<>"] == [
        ">"
    ]
    assert "goes on beyond 6 of them" in caption


def test_the_display_says_what_was_not_measured_not_cleared_and_open(drawn):
    figure, caption = drawn("nineteen", "joint_display")
    said = words(figure)
    # the fifth theme, in its column and in its judgement
    assert said.count("not measured") == 2
    assert said.count("no quote cleared for publication") == 1
    assert said.count("open") == 1 and said.count("7 of 19 staff, in 6 of 11 schools") == 5
    assert "“She asks now.”" in said
    assert "change, not effect" in caption and "silence is not a zero" in caption
    assert "are cut" not in caption


def test_quotes_that_no_page_holds_are_cut_and_it_is_said(drawn):
    figure, caption = drawn("thousands", "joint_display")
    assert any(text.endswith("…") for text in words(figure))
    assert "Quotes of more than 3 lines are cut (…)" in caption
    assert "no page holds" in caption and "Pupils ask for help, 11" in caption


# matrices and grid


def test_cells_are_counts_over_denominators_and_x_is_hatched(labels):
    frames = made_up_stories.frames()
    counts = frames["coverage"]
    counts.loc[:, "sources"] = 7.0
    counts.loc[0, "sources"] = float("nan")
    counts.loc[0, "sources_words"] = "fewer than 3"
    figure, caption, _ = draw("cycle_matrix", frames, labels)
    said = words(figure)
    # two frames of five codes, for all: nine are shown
    assert said.count("7/19") == 9 and said.count("x") == 1
    hatched = [p for p in figure.axes[0].patches if isinstance(p, Rectangle) and p.get_hatch()]
    assert len(hatched) == 1
    assert "x: fewer than 3 sources" in caption and "not a zero" in caption
    assert any("Tint: the count itself" in text for text in said)


def test_a_tint_is_a_share_where_every_group_has_thirty(drawn):
    figure, _ = drawn("thousands", "cycle_matrix")
    assert any("Tint: share of the sources asked" in text for text in words(figure))
    assert "2,435/3,000" in words(figure)


def test_frames_of_many_codes_and_groups_beyond_the_page_are_named(labels):
    frames = made_up_stories.frames(groups=tuple(("school", f"School {i}") for i in range(90)))
    counts = frames["coverage"]
    moves = counts[counts["frame"] == "resilience_framework"].iloc[:1]
    more = [moves.assign(code=f"m{i}", label=f"Move {i}") for i in range(12)]
    frames["coverage"] = made_up_stories.pd.concat([counts, *more], ignore_index=True)
    figure, caption, _ = draw("cycle_matrix", frames, labels)
    assert "Resilience Framework" not in words(figure)
    assert "too many for columns: Resilience Framework" in caption or (
        "Resilience Framework" not in caption
    )
    assert "stand in the table theme_counts: School" in caption


def test_the_grid_names_judges_and_says_what_does_not_fit(drawn):
    figure, caption = drawn("nineteen", "convergence_grid")
    said = words(figure)
    assert {"Judge 1 (reader 1)", "Judge 2 (reader 2)", "Settled", "Numbers"} <= set(said)
    assert "Check: silence is judged, although 7 sources speak of it." in said
    assert said.count("open") == 2
    assert "2 of 5 themes are open" in caption and "1 of 5 themes has one" in caption


def test_where_both_coders_agree_is_framed(labels):
    frames = made_up_stories.frames(cycles=("value_creation_2011",))
    frames["confusion"] = frames["confusion"].query("coder_a == 'coder_1' & coder_b == 'coder_2'")
    figure, _, _ = draw("coder_confusion", frames, labels)
    framed = [p for p in figure.axes[0].patches if p.get_linewidth() == 1.2]
    # five cycles and no code, from the upper left to the lower right
    assert len(framed) == 6
    assert len({round(p.get_x() - p.get_width() * at, 6) for at, p in enumerate(framed)}) == 1
    said = words(figure)
    assert said.count("19") == 6 and "6 no code" in said


def test_pairs_that_the_page_does_not_hold_are_named(drawn):
    _, caption = drawn("thousands", "coder_confusion")
    assert "does not hold them: Value Creation Framework" in caption
    assert "coder 2 with coder 3" in caption


# flows, triads, schools


def arcs(figure):
    return [p for p in figure.axes[0].patches if isinstance(p, FancyArrowPatch)]


def test_arcs_go_above_to_the_right_and_are_the_wider_the_more_stories(labels):
    frames = made_up_stories.frames(cycles=("value_creation_2011",))
    flows = frames["flows"].iloc[:0]
    pairs = [("immediate", "applied", 12.0, "forward"), ("applied", "immediate", 3.0, "back"),
             ("realised", "reframing", float("nan"), "other")]  # fmt: skip
    frames["flows"] = made_up_stories.pd.concat(
        [
            flows,
            made_up_stories.pd.DataFrame(
                [
                    {
                        "frame": "value_creation_2011",
                        "source_code": a,
                        "target_code": b,
                        "source_label": a,
                        "target_label": b,
                        "stories": n,
                        "transitions": n,
                        "kind": kind,
                        "told": 19.0,
                    }
                    for a, b, n, kind in pairs
                ]
            ),
        ]
    )
    figure, caption, _ = draw("value_flow", frames, labels)
    hidden, back, forward = sorted(arcs(figure), key=lambda arc: arc.get_linewidth())
    assert [arc.get_linewidth() for arc in (hidden, back, forward)] == pytest.approx(
        [0.6, 0.6 + 3.4 * 0.25, 4.0]
    )
    up, down = (arc._path_original.vertices for arc in (forward, back))
    assert up[1, 1] < up[0, 1] and up[-1, 0] > up[0, 0]
    assert down[1, 1] > down[0, 1] and down[-1, 0] < down[0, 0]
    # boxes are a fifth of the sheet apart: the number stands over the one between both
    number = next(t for t in texts(figure) if t.get_text() == "12")
    assert number.get_position()[0] == pytest.approx(SHEET_MM * 1.5 / 5)
    assert "x" in words(figure) and "x: too few stories" in caption
    assert "not what caused what" in caption and "no ladder" in caption


def test_few_stories_are_listed_and_none_that_may_be_shown_leaves_words(drawn):
    figure, caption = drawn("three", "value_flow")
    assert not arcs(figure) and "1 of 3" in words(figure)
    assert "fewer than 10 stories" in caption
    figure, _ = drawn("hidden", "value_flow")
    assert words(figure).count("No transition was told in enough stories to be shown.") == 2


def test_a_position_lies_where_its_shares_say(labels):
    from resilience_lib.figures.value_triads import place

    # all in one corner, and the middle of the three
    assert place(0, 0, 1) == pytest.approx((0.5, 3**0.5 / 2))
    assert place(1, 1, 1) == pytest.approx((0.5, 3**0.5 / 6))
    frames = made_up_stories.frames()
    frames["triads"] = frames["triads"].iloc[:1].assign(a=1.0, b=0.0, c=0.0)
    figure, caption, _ = draw("value_triads", frames, labels)
    dot = next(line for line in figure.axes[0].lines if line.get_marker() == "o")
    triangle = figure.axes[0].patches[0].get_xy()
    assert [dot.get_xdata()[0], dot.get_ydata()[0]] == pytest.approx(list(triangle[0]))
    assert "only 1 position" in words(figure) and "says so" in caption


def test_groups_of_a_triad_differ_in_their_marks(drawn):
    figure, _ = drawn("nineteen", "value_triads")
    used = {line.get_marker() for line in figure.axes[0].lines} - {"None"}
    assert used == {"o", "^"}
    assert {"Teachers", "Teaching assistants", "19 positions", "only 2 positions"} <= set(
        words(figure)
    )


def test_schools_are_no_ranking_and_stand_beside_their_words(drawn):
    figure, caption = drawn("nineteen", "school_stories")
    said = words(figure)
    assert said[0].startswith("Not a ranking") and "Not a ranking" in caption
    # eleven schools, quotes at each third from the first
    assert said.count("none cleared") == 7 and said.count("0/1") == 4
    inside = figure.axes[0].child_axes[0]
    points = next(line for line in inside.lines if line.get_marker() == "o")
    assert list(points.get_ydata()) == sorted(points.get_ydata()) and len(points.get_ydata()) == 11


def test_many_schools_keep_their_points_and_say_where_the_words_are(drawn):
    figure, caption = drawn("thousands", "school_stories")
    assert any("too many for a line of words each" in text for text in words(figure))
    assert "Without a line of words for each school: Empathy, T1 to T2" in caption


def test_schools_that_cannot_be_told_apart_have_no_made_up_scale(labels):
    frames = made_up_stories.frames()
    names = ["estimate", "conf_low", "conf_high"]
    frames["school_stories"].loc[:, names] = float("nan")
    figure, _, _ = draw("school_stories", frames, labels)
    inside = figure.axes[0].child_axes[0]
    assert [label.get_text() for label in inside.get_xticklabels()] == ["0"]
    assert "no difference between schools can be shown" in words(figure)


# words


def test_captions_speak_of_pupils_only_where_pupils_are_drawn(labels):
    for name in READS:
        _, caption, _ = draw(name, made_up_stories.frames(), labels, open_data=False)
        assert ("counts of pupils" in caption) == (name in ("joint_display", "school_stories"))


def test_one_theme_is_open_and_two_are(labels):
    frames = made_up_stories.frames()
    convergence = frames["convergence"]
    convergence["check"] = ""
    convergence["judgement"] = ["", *["agreement"] * (len(convergence) - 1)]
    convergence.loc[1, "check"] = "silence is judged, although 7 sources speak of it"
    _, caption, _ = draw("convergence_grid", frames, labels)
    assert "1 of 5 themes is open" in caption and "1 of 5 themes has one" in caption


def test_judges_who_are_called_judges_are_not_named_twice(labels):
    frames = made_up_stories.frames()
    frames["convergence"]["judge_1"] = "judge_a"
    figure, _, _ = draw("convergence_grid", frames, labels)
    assert "Judge a" in words(figure) and not any("judge a" in said for said in words(figure))


def test_groups_of_which_nothing_is_shown_have_one_line(labels):
    frames = made_up_stories.frames(cycles=("value_creation_2011",))
    counts = frames["coverage"]
    counts.loc[counts["kind"].eq("role"), "sources"] = np.nan
    figure, caption, _ = draw("cycle_matrix", frames, labels)
    said = words(figure)
    assert "By role: too few sources for any count to be shown" in said
    assert "By site" in said and "Teachers" not in said
    assert "tell of each cycle, of all and by role and by site" in caption


def test_tellers_stand_below_coders_and_own_codes_below_cycles(labels):
    frames = made_up_stories.frames(cycles=("value_creation_2011",), groups=())
    counts = frames["coverage"]
    own = counts.iloc[:1].assign(frame="own")
    frames["coverage"] = pd.concat([own, counts.assign(assigned_by="teller"), counts])
    figure, caption, _ = draw("cycle_matrix", frames, labels)
    heads = [said for said in words(figure) if "as " in said[-25:] or said.startswith("Codes of")]
    assert [head.rpartition(", ")[2] for head in heads] == [
        "as coders read them", "as tellers placed them", "Codes of this study",
    ]  # fmt: skip
    # a single code is no beam across the page
    wide = [p.get_width() for p in figure.axes[0].patches if isinstance(p, Rectangle)]
    assert max(wide) < SHEET_MM / 4
    assert "each cycle and code" in caption


def test_quotes_beside_schools_are_whole_while_no_panel_is_lost(labels):
    frames = made_up_stories.frames()
    schools = frames["school_stories"]
    more = [schools.assign(contrast=f"T{at} - T1") for at in range(2, 8)]
    two = "She asks now. (a teacher, Q01) | He waits. (a teacher, Q02)"
    frames["school_stories"] = pd.concat(more).assign(quotes=lambda f: f["quotes"].where(
        f["quotes"].eq(""), f"{made_up_stories.QUOTE} (a teacher, Q00) | {two}"))  # fmt: skip
    figure, caption, _ = draw("school_stories", frames, labels)
    assert "Not drawn, as the page does not hold them" in caption
    told = [said for said in words(figure) if said.startswith("“")]
    assert told
    frames["school_stories"] = schools.assign(quotes=two)
    figure, caption, _ = draw("school_stories", frames, labels)
    assert "“She asks now.” (a teacher, Q01); “He waits.” (a teacher, Q02)" in words(figure)
    assert "are cut" not in caption


def test_triads_have_headings_and_say_where_marks_lie_on_each_other(labels):
    frames = made_up_stories.frames()
    triads = frames["triads"]
    triads["corner_a"] = "immediate"
    figure, caption, _ = draw("value_triads", frames, labels)
    assert "Immediate" in words(figure) and "lie on each other" not in caption
    frames["triads"] = pd.concat([triads, triads.iloc[:1]])
    _, caption, _ = draw("value_triads", frames, labels)
    assert "lie on each other" in caption


def test_marks_without_a_group_are_named_too(labels):
    frames = made_up_stories.frames()
    triads = frames["triads"]
    groups = triads["group"].where(triads["group"] != triads["group"].iloc[0], "")
    figure, _, _ = draw("value_triads", frames | {"triads": triads.assign(group=groups)}, labels)
    assert "Group not named" in words(figure) and "" not in words(figure)
    # of one kind of mark there is no legend
    figure, _, _ = draw("value_triads", frames | {"triads": triads.assign(group="")}, labels)
    assert "Group not named" not in words(figure)
