"""Every figure there is, by name; and the one way from frames to its files.

The build checks names here before anything runs, so drawing is imported by `make_figure` alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilience_lib.errors import FaultsError
from resilience_lib.figures.names import Fit, faults_of_names
from resilience_lib.study.schema import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from resilience_lib.disclosure.gates import Published


@dataclass(frozen=True)
class Spec:
    """One figure: the module that holds `select_`, `draw_` and `caption_<name>`, and its needs.

    Parameters
    ----------
    module : str
        Imported when the figure is made, not before.
    reads : tuple of str
        Frames of stage 4, in the order in which `select_<name>` takes them; each passes its
        own gate (`disclosure.gates.GATES`).
    title : str
        For the index.
    fit : Fit
        Which studies it is for.
    """

    module: str
    reads: tuple[str, ...]
    title: str
    fit: Fit = field(default_factory=Fit)


FIGURES: dict[str, Spec] = {
    "participation_flow": Spec(
        "resilience_lib.figures.participation_flow", ("flow", "links"), "Participation flow"
    ),
    "wave_means": Spec(
        "resilience_lib.figures.wave_means", ("estimates",), "Means by wave and gender"
    ),
    "marginal_means": Spec(
        "resilience_lib.figures.marginal_means",
        ("estimates", "scores"),
        "Marginal means by wave and gender before pupils' scores",
        Fit("change", instead="wave_means"),
    ),
    "change_forest": Spec(
        "resilience_lib.figures.change_forest",
        ("estimates",),
        "Change by outcome and gender",
        Fit("change", instead="gender_gaps"),
    ),
    "effect_forest": Spec(
        "resilience_lib.figures.effect_forest",
        ("estimates",),
        "Effect at each wave by outcome and gender",
        Fit("effect"),
    ),
    "change_distribution": Spec(
        "resilience_lib.figures.change_distribution",
        ("changes", "estimates"),
        "Pupils' change",
        Fit("change", instead="rank_stability"),
    ),
    "paired_estimation": Spec(
        "resilience_lib.figures.paired_estimation",
        ("changes", "estimates", "bootstrap"),
        "Pupils' change, its mean and the effect",
        Fit("change", instead="rank_stability"),
    ),
    "person_change": Spec(
        "resilience_lib.figures.person_change",
        ("persons",),
        "Pupils who improved, did not change, or deteriorated",
        Fit("change", instead="rank_stability"),
    ),
    "school_change": Spec(
        "resilience_lib.figures.school_change",
        ("school_changes", "estimates"),
        "Schools' change",
        Fit("change", instead="school_positions"),
    ),
    "gender_gaps": Spec(
        "resilience_lib.figures.gender_gaps",
        ("estimates",),
        "Gender gaps within waves",
        Fit("place", instead="change_forest"),
    ),
    "rank_stability": Spec(
        "resilience_lib.figures.rank_stability",
        ("estimates",),
        "Rank stability between waves",
        Fit("place", instead="change_distribution"),
    ),
    "school_positions": Spec(
        "resilience_lib.figures.school_positions",
        ("school_positions", "estimates"),
        "Schools' places within waves",
        Fit("place", instead="school_change"),
    ),
    "sensitivity_strip": Spec(
        "resilience_lib.figures.sensitivity_strip",
        ("sensitivity",),
        "Change under every method",
        Fit("change"),
    ),
    "responses": Spec(
        "resilience_lib.figures.responses",
        ("responses",),
        "Answers by scale, wave and gender",
        Fit("items"),
    ),
    "item_responses": Spec(
        "resilience_lib.figures.responses",
        ("responses",),
        "Answers by item and wave",
        Fit("items"),
    ),
    "missingness": Spec(
        "resilience_lib.figures.missingness",
        ("missingness", "patterns"),
        "Missing scores and waves",
    ),
    "joint_display": Spec(
        "resilience_lib.figures.joint_display",
        ("displays",),
        "Stories and numbers side by side",
        Fit("themes"),
    ),
    "cycle_matrix": Spec(
        "resilience_lib.figures.cycle_matrix",
        ("coverage",),
        "Cycles by who told",
        Fit("stories"),
    ),
    "convergence_grid": Spec(
        "resilience_lib.figures.convergence_grid",
        ("convergence",),
        "Convergence as two people judged it",
        Fit("convergence"),
    ),
    "value_flow": Spec(
        "resilience_lib.figures.value_flow",
        ("flows", "coverage"),
        "Flow between cycles",
        Fit("stories"),
    ),
    "coder_confusion": Spec(
        "resilience_lib.figures.coder_confusion",
        ("confusion", "coverage"),
        "Which code where the other coder gave which",
        Fit("coders"),
    ),
    "value_triads": Spec(
        "resilience_lib.figures.value_triads", ("triads",), "Value triads", Fit("triads")
    ),
    "school_stories": Spec(
        "resilience_lib.figures.school_stories",
        ("school_stories",),
        "Schools' change beside what they told",
        Fit("pupils and stories"),
    ),
}


def check_figures(study: Study) -> None:
    """Refuse names of figures that do not exist, or that the study's design cannot fill.

    Raises
    ------
    FaultsError
        With the nearest valid name for each.
    """
    known = {name: spec.fit for name, spec in FIGURES.items()}
    faults = faults_of_names(study, "figures", study.figures, known)
    if faults:
        raise FaultsError(faults)


def make_figure(name: str, published: Published, folder: Path) -> Figure:
    """Clear, draw and save one figure.

    Parameters
    ----------
    name : str
        A key of `FIGURES`.
    published : Published
        Frames of stage 4; those in `FIGURES[name].reads` are used.
    folder : Path
        Where `<name>.svg`, `.pdf`, `.png`, `.csv` and `.txt` go; must exist.

    Returns
    -------
    Figure
        For a look at it.

    Raises
    ------
    KeyError
        No such figure (`check_figures` says so before), or a frame is missing.
    """
    from resilience_lib.figures.labels import Labels
    from resilience_lib.figures.save import save_figure

    spec = FIGURES[name]
    labels = Labels.from_study(published.study)
    cleared = _function(spec, "select", name)(*(published[read] for read in spec.reads), labels)
    figure: Figure = _function(spec, "draw", name)(cleared, labels)
    caption: str = _function(spec, "caption", name)(cleared, labels)
    save_figure(figure, name, cleared, folder, caption=caption)
    return figure


def _function(spec: Spec, verb: str, name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(importlib.import_module(spec.module), f"{verb}_{name}")
    return function
