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
        ((("right: pupils, by: [pupil]", "right: roles, by: [role]"),), "joins.0.list"),
        ((("right: pupils, by: [pupil]", "right: sites, by: [site]"),), "joins.0.list"),
        ((("by: [pupil]", "by: [pupil], list: pupils.csv"),), "joins.0.list"),
        ((("right: pupils, by: [pupil]", "right: roles, by: [site], list: r.csv"),),
         "joins.0.by"),
        ((("right: pupils, by: [pupil]", "right: sites, by: [role], list: s.csv"),),
         "joins.0.by"),
        ((("joins:\n", "joins:\n" + 2 * "  - {left: stories, right: roles, by: [role], "
           "list: roles.csv}\n"),), "joins.1.right"),
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


LISTS = (
    ("joins:\n", "joins:\n  - {left: stories, right: roles, by: [role], list: roles.csv, "
     "fan_out_right: 2}\n  - {left: stories, right: sites, by: [site, school], list: sites.csv, "
     "only_left: 3, only_right: 2}\n"),
)  # fmt: skip
WITH_LISTS = {
    "roles.csv": "role,school,people\npupil,s1,2\npupil,S2,30\n",
    "sites.csv": "site,school\nnorth,s1\nnorth,S2\n",
}


def test_schools_of_lists_have_the_pseudonyms_of_the_clean_waves(told: Callable[..., Path]) -> None:
    root = told(WITH_LISTS, LISTS)
    hidden = {"pupil": PUPIL["pupil"], "school": PUPIL["pupil"]}
    place(root, "codebook.csv").write_text(codebook(changed=hidden), encoding="utf-8")
    pseudonym = pseudonyms("toy")
    lists = stories_of(load_study("toy")).lists
    assert lists["school"].tolist() == [pseudonym("S1"), pseudonym("S2")] * 2
    assert lists["people"].fillna(-1).tolist() == [2, 30, -1, -1]
    register = "source,role,school\none,pupil,S1\ntwo,pupil,S1\nthree,pupil, s1\n"
    told({**WITH_LISTS, "register.csv": register}, LISTS)
    place(root, "codebook.csv").write_text(codebook(changed=hidden), encoding="utf-8")
    # compared as they are written down: three of the two people of that school were asked
    assert faults(read) == [("roles.csv", 2, "people", "2")]


def test_faults_of_lists_stand_among_all_others_of_the_check(
    told: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from resilience_lib.build.checking import check_studies

    spoilt = {"roles.csv": "role,people\npupil,two\n", "sites.csv": "site,school\nnorth,\n"}
    told({**spoilt, "quotes.csv": None}, LISTS)
    assert check_studies(["toy"]) == 1
    said = capsys.readouterr().err
    assert "studies/toy/roles.csv, line 2, people: 'two': the cell is a number" in said
    assert "studies/toy/sites.csv, line 2, school: the cell may not be blank" in said
    assert "studies/toy/quotes.csv" in said
    told({**WITH_LISTS, "sites.csv": None}, LISTS)
    assert check_studies(["toy"]) == 1
    assert "studies/toy/sites.csv: the study file names it (sites)" in capsys.readouterr().err
    told({**WITH_LISTS}, LISTS)
    assert check_studies(["toy"]) == 0


def test_several_sources_of_one_teller_are_to_be_looked_at(
    told: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from resilience_lib.build.checking import check_studies

    told({"register.csv": "source,role,teller\none,pupil,t\ntwo,pupil,t\nthree,pupil,u\n"})
    assert check_studies(["toy"]) == 0
    assert "1 teller has several sources, up to 2: minimum_sources" in capsys.readouterr().out
    told({"register.csv": "source,role,teller\none,pupil,t\ntwo,pupil,u\n"})
    assert check_studies(["toy"]) == 0
    assert "several sources" not in capsys.readouterr().out


def test_what_the_build_would_refuse_is_refused_by_the_check(
    told: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from resilience_lib.build.checking import check_studies

    root = told({**WITH_LISTS, "roles.csv": "role,people\nteacher,2\n"}, LISTS)
    path = root / "studies" / "toy" / "study.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("\ntables: []") == 1
    path.write_text(text.replace("\ntables: []", "\ntables: [agrement]"), encoding="utf-8")
    assert check_studies(["toy"]) == 1
    said = capsys.readouterr().err
    assert "tables: 'agrement': there is no such name among the tables" in said
    assert "stories join roles by role as declared: only_left 1, expected 0" in said
    # its pupils are joined later
    assert "join pupils" not in said


def test_the_check_reads_what_is_printed_as_it_was_written(
    told: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from resilience_lib.build.checking import check_studies

    teller = {"register.csv": "source,role,teller\none,pupil,tell_1\ntwo,pupil,\n"}
    reasons = {"convergence.csv": "theme,judge,judgement,because\ntime,ann,silence,as Tell 1 says\n"
               "times,ben,silence,so\n"}  # fmt: skip
    told({**teller, **reasons})
    assert check_studies(["toy"]) == 1
    said = capsys.readouterr().err
    assert "convergence.csv, line 2, because: 'tell_1': because holds the id of a source" in said
    assert "convergence.csv, line 3, theme: 'times'" in said
    inference = (("codes: [time]}", "codes: [time], inference: What tell_1 said.}"),)
    told(teller, inference)
    assert faults(read) == [("study.yml", None, "mixed.themes.0.inference", "tell_1")]
    told(teller)
    assert check_studies(["toy"]) == 0


def test_what_a_consensus_leaves_out_is_said_by_the_check(
    told: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from resilience_lib.build.checking import check_studies

    edits = (("order: narrated", "order: narrated\n  final: consensus\n  consensus: settled.csv"),)
    told({"settled.csv": "source,code,start,end\none,,18,33\ntwo,,,\n"}, edits)
    assert check_studies(["toy"]) == 0
    said = capsys.readouterr().out
    assert "3 sources asked told something" in said or "2 of 3 sources asked" in said
    assert (
        "settled.csv: coded segments that the file leaves out, which count as settled on no "
        in said
    )
    assert "code (1) one" in said and "two" not in said.partition("settled.csv")[2]
    assert stories_of(load_study("toy")).segments.empty


def test_pseudonyms_join_with_those_of_the_waves(told: Callable[..., Path]) -> None:
    import pandas as pd

    told(edits=((("only_right: null"), "only_right: 0, only_left: 1"),))
    study, pseudonym = load_study("toy"), pseudonyms("toy")
    waves = pd.DataFrame({"pupil": [pseudonym("AB1"), pseudonym("AB2")]})
    report = join_stories(study, stories_of(study).sources, {"pupils": waves})
    assert report[["matched", "only_left", "only_right"]].to_numpy().tolist() == [[2, 1, 0]]
    check_joins(study, report)
