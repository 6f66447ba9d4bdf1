"""Made-up cleared frames of stage 4_mix, for tests of figures and tables. SYNTHETIC.

Nothing is counted here: values only have the right shape, and counts stay below their
denominators.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.rules import Rules
from resilience_lib.frames import estimate_frame
from resilience_lib.study.schema import Study

CYCLES = {
    "value_creation_2011": ("Immediate", "Potential", "Applied", "Realised", "Reframing"),
    "value_creation_2020": (
        *("Strategic", "Orienting", "Immediate", "Potential", "Applied", "Realised"),
        *("Transformative", "Enabling"),
    ),
    "resilience_framework": ("Basics", "Belonging", "Learning", "Coping", "Core Self"),
}
LONG = "Participation in decisions about daily life at home and in the wider school community"
QUOTE = (
    "Before this I would have sent him out of the room; now I sit down beside him and we look at "
    "the board together until he says what it was that made him throw the chair"
)
NAN = float("nan")


def alone() -> Study:
    """A study of stories without pupils: no outcome, no wave, no gender."""
    return Study.model_validate(
        {
            "study": "told",
            "title": "Stories alone",
            "question": "None?",
            "synthetic": True,
            "synthetic_because": "made up for a test",
            "citations": (),
            "seed": 1,
            "stories": {
                "exports": ({"name": "told_SYNTHETIC.csv", "reader": "segments"},),
                "sources": "told_register_SYNTHETIC.csv",
                "order": "narrated",
                "frames": ("value_creation_2011",),
                "minimum_sources": 3,
            },
            "disclosure": {
                "open_data": False,
                "minimum_cell": 10,
                "minimum_base": 10,
                "minimum_schools": 3,
            },
            "figures": (),
            "tables": (),
        }
    )


def cleared(frame: pd.DataFrame, *, synthetic: bool = True, open_data: bool = True) -> Cleared:
    """A frame as its gate would hand it on."""
    return seal(frame, Rules("made_up", open_data, synthetic, 10, 10, 3))


def frames(
    *,
    stories: int = 19,
    cycles: tuple[str, ...] = ("value_creation_2011", "resilience_framework"),
    groups: tuple[tuple[str, str], ...] = (
        ("role", "Teachers"),
        ("role", "Teaching assistants"),
        ("site", "North"),
        ("site", "South"),
    ),
    long: bool = False,
    hidden: bool = False,
    themes: int = 5,
    schools: int = 11,
) -> dict[str, pd.DataFrame]:
    """All frames of 4_mix that figures and tables of stories read."""
    rng = np.random.default_rng(3)
    if long:
        groups = tuple((kind, f"{group}: {LONG}") for kind, group in groups)
    named = {
        frame: [(label.lower().replace(" ", "_"), f"{label}: {LONG}" if long else label)
                for label in CYCLES[frame]]
        for frame in cycles
    }  # fmt: skip
    made = {
        "coverage": _coverage(named, stories, groups, hidden, schools, rng),
        "reach": _reach(stories, hidden),
        "flows": _flows(named, stories, hidden, rng),
        "value_matrix": _value_matrix(named, stories, hidden),
        "confusion": _confusion(named, stories, hidden, rng),
        "agreement": _agreement(named, stories),
        "cooccurrence": _cooccurrence(named, stories, hidden, rng),
        "quotes": _quotes(named, groups),
        "displays": _displays(stories, themes, long, hidden),
        "convergence": _convergence(themes, long),
        "triads": _triads(stories, long, rng),
        "school_stories": _school_stories(schools, long, rng),
    }
    return made | _lists(long)


def _words(counted: float, asked: float, schools: float, schools_asked: float) -> str:
    if counted != counted:
        return "fewer than 3"
    return f"{counted:,.0f} of {asked:,.0f} staff, in {schools:,.0f} of {schools_asked} schools"


def _coverage(named, stories, groups, hidden, schools, rng) -> pd.DataFrame:
    rows = []
    sizes = {("all", "all"): stories}
    for kind, group in groups:
        of = [one for one in groups if one[0] == kind]
        sizes[kind, group] = stories // len(of) + (stories % len(of) if of[0][1] == group else 0)
    for frame, codes in named.items():
        for at, (code, label) in enumerate(codes):
            for (kind, group), asked in sizes.items():
                many = float(rng.integers(0, asked + 1))
                if hidden or (0 < many < 3 and asked > 3):
                    many = NAN
                shown = min(many, schools)
                rows.append(
                    {
                        "kind": kind,
                        "group": group,
                        "frame": frame,
                        "code": code,
                        "label": label,
                        "position": float(at + 1),
                        "assigned_by": "coder",
                        "sources": many,
                        "asked": float(asked),
                        "schools": shown,
                        "schools_asked": float(schools),
                        "segments": many * 2,
                        "sources_words": "fewer than 3" if many != many else f"{many:.0f}",
                        "words": _words(many, asked, shown, schools),
                    }
                )
    return pd.DataFrame(rows)


def _reach(stories, hidden) -> pd.DataFrame:
    codes = ("immediate", "potential", "applied", "realised", "none")
    many = [NAN] * 5 if hidden else [1, 2, 6, 8, 2] if stories == 19 else [stories, 0, 0, 0, 0]
    return pd.DataFrame(
        {
            "frame": "value_creation_2011",
            "code": codes,
            "label": [
                code.capitalize() if code != "none" else "None of the four" for code in codes
            ],
            "position": np.arange(5.0),
            "stories": np.array(many, dtype=float),
            "told": float(stories),
            "spoken": float(stories + 1),
            "asked": float(stories + 3),
        }
    )


def _flows(named, stories, hidden, rng) -> pd.DataFrame:
    rows = []
    for frame, codes in named.items():
        for (i, source), (j, target) in itertools.product(enumerate(codes), repeat=2):
            if stories < 10 and (i + 2 * j) % 7:
                continue
            many = float(rng.integers(1, max(2, stories // (1 + abs(i - j)))))
            kind = "forward" if j > i else "back" if j < i else "same"
            if "reframing" in (source[0], target[0]) and i != j:
                kind = "other"
            rows.append(
                {
                    "frame": frame,
                    "source_code": source[0],
                    "target_code": target[0],
                    "source_label": source[1],
                    "target_label": target[1],
                    "stories": NAN if hidden else many,
                    "transitions": many * 2,
                    "kind": kind,
                    "told": float(stories),
                }
            )
    return pd.DataFrame(rows)


def _value_matrix(named, stories, hidden) -> pd.DataFrame:
    frame = next(iter(named))
    rows = []
    for at, (code, label) in enumerate(named[frame]):
        there = at % 2 == 0
        rows.append(
            {
                "frame": frame,
                "code": code,
                "label": label,
                "position": float(at),
                "stories": NAN if hidden else float(at),
                "asked": float(stories),
                "indicator": f"i{at}" if there else "",
                "what": "Fixed-term exclusions" if there else "",
                "unit": "a year" if there else "",
                "value": 6.0 if there else NAN,
                "conf_low": 2.2 if there else NAN,
                "conf_high": 13.1 if there else NAN,
                "source": "school records" if there else "",
                "claims": NAN if hidden else float(at // 2),
                "note": ("no story claims it" if at < 2 else "") if there else "no indicator",
            }
        )
    return pd.DataFrame(rows)


def _confusion(named, stories, hidden, rng) -> pd.DataFrame:
    rows = []
    for frame, codes in named.items():
        every = [*codes, ("none", "none")]
        for pair in itertools.combinations(("coder_1", "coder_2", "coder_3"), 2):
            for a, b in itertools.product(every, repeat=2):
                units = float(stories if a == b else rng.integers(0, 3 + stories // 10))
                rows.append(
                    {
                        "frame": frame,
                        "coder_a": pair[0],
                        "coder_b": pair[1],
                        "code_a": a[0],
                        "code_b": b[0],
                        "label_a": a[1],
                        "label_b": b[1],
                        "units": NAN if hidden else units,
                    }
                )
    return pd.DataFrame(rows)


def _agreement(named, stories) -> pd.DataFrame:
    rows, names = [], []
    for frame, codes in named.items():
        for code, label in codes:
            common = {"outcome": f"{frame}::{code}", "contrast": "coder_1 with coder_2"}
            common["n"] = 2 * stories
            rows.append({**common, "estimand": "code_prevalence", "estimate": 0.5})
            rows.append(
                {
                    **common,
                    "estimand": "cohen_kappa",
                    "estimate": 0.61,
                    "conf_low": 0.2,
                    "conf_high": 0.88,
                    "conf_level": 0.95,
                    "p_value": 0.01234,
                }
            )
            names += [label, label]
        rows.append(
            {
                "outcome": frame,
                "contrast": "coder_1 with coder_2",
                "n": 2 * stories,
                "estimand": "krippendorff_nominal",
                "reason": "one code alone was used",
            }
        )
        names.append("")
    return estimate_frame(rows).assign(label=names, unit="segment")


def _cooccurrence(named, stories, hidden, rng) -> pd.DataFrame:
    rows = []
    for frame, codes in named.items():
        for a, b in itertools.combinations(codes, 2):
            many = NAN if hidden else float(rng.integers(0, stories))
            rows.append(
                {
                    "frame": frame,
                    "code_a": a[0],
                    "code_b": b[0],
                    "label_a": a[1],
                    "label_b": b[1],
                    "sources": many,
                    "segments": many * 2,
                    "asked": float(stories),
                }
            )
    return pd.DataFrame(rows)


def _quotes(named, groups) -> pd.DataFrame:
    names = ["frame", "code", "label", "position", "kind", "group", "quote", "attribution", "id"]
    rows = []
    for frame, codes in named.items():
        for at, (code, label) in enumerate(codes[:3]):
            for kind, group in (("all", "all"), *groups[:1]):
                given = (f"{QUOTE}.", "a teacher", f"Q0{at + 1}")
                rows.append((frame, code, label, float(at), kind, group, *given))
    return pd.DataFrame(rows, columns=names)


def _displays(stories, themes, long, hidden) -> pd.DataFrame:
    judged = ("agreement", "partial agreement", "silence", "dissonance", "", "cannot be judged")
    measured = ("improved", "no important change", "worsened", "unclear", "not measured")
    rows = []
    for at in range(themes):
        says = measured[at % 5]
        there = says != "not measured"
        value = (3.0, 0.2, -4.0, 1.0, NAN)[at % 5]
        many = NAN if hidden else float(min(7, stories))
        label = f"{LONG}, theme {at}" if long else f"Pupils ask for help, {at}"
        rows.append(
            {
                "theme": f"theme_{at}",
                "label": label,
                "sources": many,
                "asked": float(stories),
                "schools": min(many, 6),
                "schools_asked": 11.0,
                "words": _words(many, stories, 6, 11),
                "outcome": "empathy" if there else "",
                "outcome_label": "Empathy" if there else "",
                "contrast": "T2 - T1" if there else "",
                "estimand": "mean_change",
                "unit": "score points (0 to 100)" if there else "",
                "estimate": value,
                "conf_low": value - 1.5,
                "conf_high": value + 1.5,
                "higher_is_better": 1.0 if there else NAN,
                "smallest_important": 2.0 if there else NAN,
                "quantitative": says,
                "judgement": judged[at % 6],
                "inference": f"Both say so: {LONG}." if long or at == 0 else "",
                "quote_1": "" if at == 3 else f"{QUOTE}{', and again' * (12 if long else 0)}.",
                "attribution_1": "" if at == 3 else "a teacher",
                "quote_2": "She asks now." if at % 2 == 0 else "",
                "attribution_2": "a teaching assistant" if at % 2 == 0 else "",
                "ids": "" if at == 3 else "Q01; Q07",
            }
        )
    return pd.DataFrame(rows)


def _convergence(themes, long) -> pd.DataFrame:
    judged = ("agreement", "partial agreement", "silence", "dissonance", "cannot be judged")
    measured = ("improved", "no important change", "worsened", "unclear", "not measured")
    rows = []
    for at in range(themes):
        second = judged[(at + at % 2) % 5]
        same = second == judged[at % 5]
        rows.append(
            {
                "theme": f"theme_{at}",
                "label": f"{LONG}, theme {at}" if long else f"Pupils ask for help, {at}",
                "quantitative": measured[at % 5],
                "judge_1": "reader_1",
                "judgement_1": judged[at % 5],
                "because_1": "stories and scores both rise",
                "judge_2": "reader_2",
                "judgement_2": second,
                "because_2": "scores rise less than stories say",
                "judgement": judged[at % 5] if same else "",
                "because": "both read it alike" if same else "",
                "check": "silence is judged, although 7 sources speak of it." if at == 2 else "",
                "words": "7 of 19 staff, in 6 of 11 schools",
            }
        )
    return pd.DataFrame(rows)


def _triads(stories, long, rng) -> pd.DataFrame:
    rows = []
    more = f": {LONG}" if long else ""
    for number, many in (("Where value was felt", stories), ("Who made it happen", 2)):
        for at in range(many):
            a, b, c = rng.dirichlet((2, 1.5, 1))
            rows.append(
                {
                    "triad": number + more,
                    "corner_a": f"Immediate{more}",
                    "corner_b": f"Potential{more}",
                    "corner_c": f"Applied{more}",
                    "a": a,
                    "b": b,
                    "c": c,
                    "group": ("Teachers", "Teaching assistants")[at % 2] + more,
                }
            )
    return pd.DataFrame(rows)


def _school_stories(schools, long, rng) -> pd.DataFrame:
    rows = []
    for at in range(schools):
        value = -2 + 5 * at / max(1, schools - 1)
        said = f"{QUOTE}." * (3 if long else 1) if at % 3 == 0 else ""
        rows.append(
            {
                "outcome": "empathy",
                "contrast": "T2 - T1",
                "position": float(at + 1),
                "estimate": value,
                "conf_low": value - 2,
                "conf_high": value + 2,
                "sources": float(at % 3),
                "asked": float(at % 3 + 1),
                "quotes": said,
                "ids": f"Q{at:02d}" if said else "",
            }
        )
    return pd.DataFrame(rows)


def _lists(long) -> dict[str, pd.DataFrame]:
    label = LONG if long else "Pupils ask for help"
    return {
        "collection": pd.DataFrame(
            [
                {
                    "theme": "help",
                    "label": label,
                    "measured": "Empathy (SRS), T1 and T2",
                    "told": "19 staff asked",
                    "codes": "Support network; Lean on others",
                }
            ]
        ),
        "thread": pd.DataFrame(
            [
                {
                    "theme": "help",
                    "label": label,
                    "step": str(step),
                    "strand": strand,
                    "what": "Empathy, T2 - T1",
                    "finding": "2.1 [0.3, 3.9]",
                    "ids": "Q01",
                }
                for step, strand in enumerate(("pupils", "stories", "judgement"), start=1)
            ]
        ),
        "join_stories": pd.DataFrame(
            [
                {
                    "left": "stories",
                    "right": "schools",
                    "by": "school",
                    "matched": 11.0,
                    "only_left": 0.0,
                    "only_right": 25.0,
                    "fan_out": 3.0,
                    "fan_out_right": 1.0,
                    "relation": "many to one",
                    "expected_only_left": 0.0,
                    "expected_only_right": 0.0,
                    "expected_fan_out": NAN,
                    "expected_fan_out_right": 1.0,
                    "holds": 0.0,
                    "detail": "25 schools told nothing",
                }
            ]
        ),
        "asked_roles": pd.DataFrame(
            [
                {"role": "teacher", "label": "Teachers", "asked": 7.0, "people": 24.0},
                {"role": "head", "label": "Heads", "asked": NAN, "people": 11.0},
                {"role": "aide", "label": "Aides", "asked": 5.0, "people": NAN},
                {"role": "lead", "label": "Leads", "asked": NAN, "people": NAN},
            ]
        ),
        "checklist": pd.DataFrame(
            [
                {
                    "guideline": "GRAMMS",
                    "item": "1",
                    "asks": "Why methods are mixed",
                    "verdict": "met",
                    "because": "mixed.design is declared",
                },
                {
                    "guideline": "JARS-Mixed",
                    "item": "Title",
                    "asks": "No one-sided verbs",
                    "verdict": "for a person to judge",
                    "because": "",
                },
            ]
        ),
    }
