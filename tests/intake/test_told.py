"""Faults in what people write beside coded stories: each a sentence with its place, no traceback.

The study is one of stories and pupils in a root of its own: told by pupils, whose ids the codebook
has replaced by pseudonyms.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_study import codebook, lay, place, source, table

from resilience_lib import paths
from resilience_lib.errors import FaultsError
from resilience_lib.joins.stories import check_joins, join_stories
from resilience_lib.store.pseudonyms import lay_key, pseudonyms
from resilience_lib.stories.intake import stories_of
from resilience_lib.study.load import load_study

MORE = """
stories:
  exports:
    - {name: told.csv, reader: segments}
  sources: register.csv
  order: narrated
  frames: [value_creation_2011, own]
  indicators: indicators.csv
  quotes: quotes.csv
  triads: triads.csv
  minimum_sources: 3
joins:
  - {left: stories, right: pupils, by: [pupil], only_right: null}
mixed:
  design: convergent
  integration: At the end.
  themes:
    - {theme: time, label: Time, frame: own, codes: [time]}
  convergence: convergence.csv
"""
TOLD = """source,quote,code,start,end,coder
one,We met every week,met,0,17,ann
one,and had no time,time,18,33,ann
one,and had no time,time,18,33,ben
two,It helped,helped,0,9,ann
"""
WRITTEN = {
    "told.csv": TOLD,
    "register.csv": "source,role,pupil,wave\none,pupil,ab1,T1\ntwo,pupil, AB2 ,T2\nthree,pupil,,\n",
    "triads.csv": "source,triad,corner_a,corner_b,corner_c,a,b,c\none,Where,x,y,z,1,1,2\n",
    "code_map.csv": "code,frame,frame_code\nmet,value_creation_2011,immediate\n"
    "helped,value_creation_2011,applied\ntime,own,time\n",
    "indicators.csv": "id,frame,cycle,what,unit,value,source\n"
    "came,value_creation_2011,immediate,Came,,8,a list\n",
    "quotes.csv": "source,start,end,quote,shown_as,attribution,cleared_by,because\n"
    "one,0,17,,We met.,a pupil,ann,of nobody\n",
    "convergence.csv": "theme,judge,judgement,because\ntime,ann,silence,none asked\n",
}
RAW = ("told.csv", "register.csv", "triads.csv")
PUPIL = {"pupil": {"sensitive": "pseudonymise"}}


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Lay the study, some of its files changed: text, or None for none."""

    def written(
        changed: dict[str, str | None] | None = None, edits: tuple[tuple[str, str], ...] = ()
    ) -> Path:
        more = MORE
        for old, new in edits:
            assert more.count(old) == 1, old
            more = more.replace(old, new)
        lay(tmp_path, {"codebook": codebook(changed=PUPIL), "more": more})
        files = WRITTEN | (changed or {})
        for name, text in files.items():
            path = place(tmp_path, name)
            if name not in RAW:
                path = tmp_path / "studies" / "toy" / name
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        raw = {name: files[name].encode() for name in RAW if files[name] is not None}
        signed = source({"pupils.csv": table().encode(), **raw})
        place(tmp_path, "source.yml").write_text(signed, encoding="utf-8")
        monkeypatch.setenv("RESILIENCE_ROOT", str(tmp_path))
        lay_key("toy")
        return tmp_path

    return written


def faults(read: Callable[[], object]) -> list[tuple[str, int | None, str | None, str | None]]:
    with pytest.raises(FaultsError) as caught:
        read()
    assert all(fault.rule and fault.remedy for fault in caught.value.faults)
    return [(Path(f.file).name, f.row, f.column, f.value) for f in caught.value.faults]


def read() -> object:
    return stories_of(load_study("toy"))


def test_pupils_who_tell_have_the_pseudonyms_of_the_clean_waves(told: Callable[..., Path]) -> None:
    told()
    sources, pseudonym = stories_of(load_study("toy")).sources, pseudonyms("toy")
    # as cleaning writes them: of the id as linking compares it, without blanks and in capitals
    assert sources["pupil"].tolist() == [pseudonym("AB1"), pseudonym("AB2"), ""]
    assert sources["role"].tolist() == ["pupil"] * 3 and sources["school"].tolist() == [""] * 3


def test_ids_that_the_codebook_keeps_stay(told: Callable[..., Path]) -> None:
    root = told()
    place(root, "codebook.csv").write_text(codebook(), encoding="utf-8")
    assert stories_of(load_study("toy")).sources["pupil"].tolist() == ["ab1", "AB2", ""]


def test_without_its_key_nothing_is_read(told: Callable[..., Path]) -> None:
    told()
    (paths.raw("toy") / "pseudonyms.key").unlink()
    assert faults(read) == [("pseudonyms.key", None, None, None)]


CASES: dict[str, tuple[dict[str, str | None], list[tuple[str, int | None, str | None]]]] = {
    "no register": ({"register.csv": ""}, [("register.csv", None, None)]),
    "a register without rows": (
        {"register.csv": "source,role\n", "triads.csv": WRITTEN["triads.csv"].splitlines()[0]},
        [("register.csv", 1, None), ("triads.csv", 1, None)],
    ),
    "other columns": (
        {"register.csv": "sources,roll\none,pupil\n"},
        [("register.csv", 1, "source"), ("register.csv", 1, "role"),
         ("register.csv", 1, "sources"), ("register.csv", 1, "roll")],
    ),
    "a source twice": (
        {"register.csv": "source,role\none,pupil\ntwo,pupil\none,pupil\n"},
        [("register.csv", 4, "source")],
    ),
    "a wave that the study does not have": (
        {"register.csv": "source,role,wave\none,pupil,T9\ntwo,pupil,T1\n"},
        [("register.csv", 2, "wave")],
    ),
    "no decisions": (
        {"code_map.csv": None, "quotes.csv": None},
        [("code_map.csv", None, None), ("quotes.csv", None, None)],
    ),
    "an empty code map": ({"code_map.csv": ""}, [("code_map.csv", None, None)]),
    "a code mapped twice to the same": (
        {"code_map.csv": "code,frame,frame_code,assigned_by\nmet,value_creation_2011,immediate,\n"
         "met,value_creation_2011,immediate,coder\nhelped,,,\nhelped,own,help,\n"
         "time,own,time,\n"},
        [("code_map.csv", 3, "code"), ("code_map.csv", 4, "code")],
    ),
    "half a place in a frame": (
        {"code_map.csv": "code,frame,frame_code\nmet,value_creation_2011,\nhelped,,help\n"
         "time,own,time\n"},
        [("code_map.csv", 2, "frame_code"), ("code_map.csv", 3, "frame")],
    ),
    "the code of a theme is in no frame": (
        {"code_map.csv": "code,frame,frame_code\ntime,own,times\n"},
        [("study.yml", None, "mixed.themes.0.codes")],
    ),
    "places that are none": (
        {"quotes.csv": "source,start,end,quote,shown_as,attribution,cleared_by,because\n"
         "one,0.5,17,,x,y,z,w\none,-1,1_7,,x,y,z,w\none,0,1e30,,x,y,z,w\n"},
        [("quotes.csv", 2, "start"), ("quotes.csv", 3, "start"), ("quotes.csv", 3, "end"),
         ("quotes.csv", 4, "end")],
    ),
    "a segment twice, by place and by quote": (
        {"quotes.csv": "source,start,end,quote,shown_as,attribution,cleared_by,because\n"
         "one,0,17,,x,y,z,w\none,,,We met every week,x,y,z,w\n"},
        [("quotes.csv", 3, "source")],
    ),
    "indicators of other frames and of none": (
        {"indicators.csv": "id,frame,cycle,what,unit,value,source\n"
         "a,value_creation_2020,immediate,x,,1,y\nb,value_creation_2011,enabling,x,,1,y\n"},
        [("indicators.csv", 2, "frame"), ("indicators.csv", 3, "cycle")],
    ),
    "positions of nobody": (
        {"triads.csv": "source,triad,corner_a,corner_b,corner_c,a,b,c\nnine,w,x,y,z,0,0,0\n"},
        [("triads.csv", 2, "a"), ("triads.csv", 2, "source")],
    ),
    "an empty export": ({"told.csv": ""}, [("told.csv", None, None)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_told_with_its_place(name: str, told: Callable[..., Path]) -> None:
    changed, expected = CASES[name]
    told(changed)
    found = [one[:3] for one in faults(read)]
    assert sorted(found, key=json.dumps) == sorted(expected, key=json.dumps)


@pytest.mark.parametrize(
    ("edits", "column"),
    [
        ((("order: narrated", "order: narrated\n  final: zed"),), "stories.final"),
        ((("frames: [value_creation_2011, own]", "frames: [value_creation_2011]"),),
         "mixed.themes.0.frame"),
        ((("right: pupils, by: [pupil]", "right: schools, by: [pupil]"),), "joins.0.by"),
        ((("right: pupils, by: [pupil]", "right: classrooms, by: [school, school]"),),
         "joins.0.by"),
        ((("codes: [time]", "codes: [time], outcome: score, contrast: T9 - T1, "
           "smallest_important: 1, because: x"),), "mixed.themes.0.contrast"),
        ((("convergence: convergence.csv", "associations: [{theme: time, because: x}]"),),
         "mixed.associations.0.theme"),
        ((("order: narrated", "order: chronological"),), "stories.order"),
    ],
)  # fmt: skip
def test_a_study_file_that_names_what_is_not_there(
    edits: tuple[tuple[str, str], ...], column: str, told: Callable[..., Path]
) -> None:
    told(edits=edits)
    assert [one[2] for one in faults(read)] == [column]


def test_a_file_with_a_place_for_every_segment_can_be_in_the_order_of_time(
    told: Callable[..., Path],
) -> None:
    head, *rows = TOLD.splitlines()
    places = dict(zip(rows, "2111", strict=True))
    placed = [f"{head},order", *(f"{row},{place}" for row, place in places.items())]
    told({"told.csv": "\n".join(placed) + "\n"}, (("order: narrated", "order: chronological"),))
    assert read()


def test_one_coder_compared_by_source_is_no_fault(told: Callable[..., Path]) -> None:
    told({"told.csv": TOLD.replace(",ben", ",ann")}, ((("order: narrated"),
         "order: narrated\n  unit: source"),))  # fmt: skip
    assert read()


def test_pseudonyms_join_with_those_of_the_waves(told: Callable[..., Path]) -> None:
    import pandas as pd

    told(edits=((("only_right: null"), "only_right: 0, only_left: 1"),))
    study, pseudonym = load_study("toy"), pseudonyms("toy")
    waves = pd.DataFrame({"pupil": [pseudonym("AB1"), pseudonym("AB2")]})
    report = join_stories(study, stories_of(study).sources, {"pupils": waves})
    assert report[["matched", "only_left", "only_right"]].to_numpy().tolist() == [[2, 1, 0]]
    check_joins(study, report)
