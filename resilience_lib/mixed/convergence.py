"""The convergence coding matrix: two people judge with a reason; the program records and checks.

Farmer, T., Robinson, K., Elliott, S. J., & Eyles, J. (2006). Developing and implementing a
triangulation protocol for qualitative health research. Qualitative Health Research, 16, 377-394.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import text_of, with_words
from resilience_lib.paths import relative

SETTLED = "settled"
JUDGES = 2
CONVERGENCE_COLUMNS: tuple[str, ...] = (
    *("theme", "label", "quantitative", "judge_1", "judgement_1", "because_1", "judge_2"),
    *("judgement_2", "because_2", "judgement", "because", "check"),
    *("sources", "asked", "schools", "schools_asked"),
)
SILENT = ("silence", "cannot be judged")


def check_judgements(path: Path, judgements: pd.DataFrame, themes: list[str]) -> None:
    """Refuse judgements of themes that there are not, and more than two judges of one.

    Raises
    ------
    FaultsError
        All of them.
    """
    faults = []
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
        theme, label, quantitative, sources, asked, schools, schools_asked.
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
    side = theme["quantitative"]
    said = []
    if missing:
        said.append(f"{JUDGES - missing} of two people judged it")
    if differ:
        said.append("the two judges differ, and nothing is settled")
    if side == "unclear" and judgement in ("agreement", "dissonance"):
        said.append("the change is unclear, which is neither agreement nor dissonance")
    if side == "not measured" and judgement and judgement not in SILENT:
        said.append("nothing was measured, so that it is silence or cannot be judged")
    if judgement == "silence" and theme["asked"] == 0:
        said.append("nobody was asked, and not asked is not silence")
    if theme["sources"] == 0 and judgement in ("agreement", "partial agreement", "dissonance"):
        said.append("no source speaks of it")
    return "; ".join(said)
