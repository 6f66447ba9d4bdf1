"""The convergence coding matrix: two people judge with a reason; the program records and checks.

Farmer, T., Robinson, K., Elliott, S. J., & Eyles, J. (2006). Developing and implementing a
triangulation protocol for qualitative health research. Qualitative Health Research, 16, 377-394.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import text_of, with_words
from resilience_lib.paths import relative
from resilience_lib.stories.unnamed import Ids, naming_rows

SETTLED = "settled"
JUDGES = 2
CONVERGENCE_COLUMNS: tuple[str, ...] = (
    *("theme", "label", "quantitative", "judge_1", "judgement_1", "because_1", "judge_2"),
    *("judgement_2", "because_2", "judgement", "because", "check"),
    *("sources", "asked", "schools", "schools_asked", "apart"),
)
SILENCE = "silence"
BOTH_SPEAK: tuple[str, ...] = ("agreement", "partial agreement", "dissonance")
"""Judgements of what two strands say: neither may be silent."""


def check_judgements(
    path: Path, judgements: pd.DataFrame, themes: list[str], ids: Ids | None = None
) -> None:
    """Refuse judgements of themes that there are not, more than two judges of one, and ids.

    Parameters
    ----------
    path : Path
        The file, for messages.
    judgements : DataFrame
        As `store.decisions.read_decisions` gives it.
    themes : list of str
        Themes of the study.
    ids : Ids, optional
        Ids of sources and tellers, which no reason may hold (`stories.unnamed.ids_of`).

    Raises
    ------
    FaultsError
        All of them.
    """
    faults = list(naming_rows(path, judgements, ["because"], ids)) if ids else []
    for line, theme in judgements["theme"].items():
        if theme not in themes:
            rule = f"themes of this study are {', '.join(themes)}"
            faults.append(Fault(relative(path), rule, "write one of these", int(str(line)), "theme",
                                theme))  # fmt: skip
    people = judgements[judgements["judge"] != SETTLED]
    counts = people.groupby("theme")["judge"].nunique()
    for theme in counts.index[counts > JUDGES]:
        rule, remedy = "two people judge a theme", "keep the two who read all of it"
        faults.append(Fault(relative(path), rule, remedy, column="judge", value=str(theme)))
    if faults:
        raise FaultsError(faults)


def judge_themes(display: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Both people's judgements of each theme, whether they agree, and what does not fit.

    Parameters
    ----------
    display : DataFrame
        theme, label, quantitative, sources, asked, schools, schools_asked, apart.
    judgements : DataFrame
        theme, judge, judgement, because; the judge "settled" is what both came to.

    Returns
    -------
    DataFrame
        `CONVERGENCE_COLUMNS`. `judgement` is what both gave, or settled on; "" while they differ
        or one is missing. `check` says which judgement does not fit what was measured or asked,
        and never changes it.
    """
    rows = []
    for theme in display.to_dict("records"):
        of = judgements[judgements["theme"] == theme["theme"]]
        people = of[of["judge"] != SETTLED].head(JUDGES)
        settled = of[of["judge"] == SETTLED]
        row = {name: theme[name] for name in CONVERGENCE_COLUMNS if name in theme}
        for number, one in enumerate(people.to_dict("records"), start=1):
            row |= {f"{name}_{number}": one[name] for name in ("judge", "judgement", "because")}
        same = len(people) == JUDGES and people["judgement"].nunique() == 1
        final = settled if len(settled) else people if same else people.head(0)
        row |= {name: "".join(final[name].head(1)) for name in ("judgement", "because")}
        missing = JUDGES - len(people)
        row["check"] = _check(row["judgement"], theme, missing, differ=final.empty and not missing)
        rows.append(row)
    whole = pd.DataFrame(rows, columns=list(CONVERGENCE_COLUMNS))
    return with_words(whole, text_of(CONVERGENCE_COLUMNS))


def _check(judgement: str, theme: Mapping[Hashable, Any], missing: int, *, differ: bool) -> str:
    """What does not fit, in a sentence; "" where all does."""
    said = []
    if missing:
        said.append(f"{JUDGES - missing} of two people judged it")
    if differ:
        said.append("the two judges differ, and nothing is settled")
    if judgement in BOTH_SPEAK:
        said += _of_both(judgement, theme)
    if judgement == SILENCE:
        said += _of_one(theme)
    return "; ".join(said)


# That a source speaks, or none, is no secret: a count of none is shown, and one that is hidden is
# above it.


def _of_both(judgement: str, theme: Mapping[Hashable, Any]) -> Iterator[str]:
    side, spoken = theme["quantitative"], theme["sources"] > 0
    if side == "unclear" and judgement in ("agreement", "dissonance"):
        yield "the change is unclear, which is neither agreement nor dissonance"
    if side == "not measured" and spoken:
        yield "nothing was measured, so that it is silence or cannot be judged"
    elif side == "not measured":
        yield "nothing was measured and no source speaks of it, so that it cannot be judged"
    elif not spoken:
        yield "no source speaks of it"


def _of_one(theme: Mapping[Hashable, Any]) -> Iterator[str]:
    """Silence: one strand speaks of it, and the other was asked and does not."""
    side, spoken = theme["quantitative"], theme["sources"] > 0
    if theme["asked"] == 0:
        yield "nobody was asked, and not asked is not silence"
    elif spoken and side not in ("not measured", "not shown"):
        yield "both strands speak of it, and silence is where one of them does not"
    elif not spoken and side == "not measured":
        yield "neither strand speaks of it, and silence is where one of them does"
