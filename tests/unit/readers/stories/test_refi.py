"""REFI-QDA: a real export, texts that are stored otherwise, and archives that could harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.refi import read_refi

Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]

TEXT = "We tried it 😀 once.\nIt helped."
SELECTION = (
    '<PlainTextSelection guid="{guid}" name="{name}" startPosition="{start}" endPosition="{end}" '
    'creatingUser="U1"><Coding guid="K"><CodeRef targetGUID="C1"/></Coding></PlainTextSelection>'
)
PROJECT = (
    '<?xml version="1.0" encoding="utf-8"?>{declared}'
    '<Project xmlns="urn:QDA-XML:project:1.0"><Users><User guid="u1" name="ann"/></Users>'
    '<CodeBook><Codes><Code guid="{{c1}}" name="mood" isCodable="true"/></Codes></CodeBook>'
    '<Sources><TextSource guid="S1" name="told" plainTextPath="internal://A.txt">'
    "{inside}</TextSource></Sources></Project>"
)


def selection(start: object, end: object, name: str = "", guid: str = "p1") -> str:
    return SELECTION.format(guid=guid, name=name, start=start, end=end)


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """A project with what is inside its one text source, and its members."""

    def make(
        inside: str = "",
        text: bytes | None = TEXT.encode(),
        *,
        project: str = "project.qde",
        folder: str = "sources/",
        declared: str = "",
        more: dict[str, bytes] | None = None,
    ) -> Path:
        path = tmp_path / "told.qdpx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
            stream.writestr(project, PROJECT.format(inside=inside, declared=declared))
            if text is not None:
                stream.writestr(f"{folder}A.txt", text)
            for name, content in (more or {}).items():
                stream.writestr(name, content)
        return path

    return make


Make = Callable[..., Path]


def spans(path: Path) -> list[list[object]]:
    return list(read_refi(path).segments[["start", "end", "quote"]].values.tolist())


def test_a_real_export_of_atlas_ti_is_read(shared_data: Path) -> None:
    export = read_refi(shared_data / "refi_qda" / "TestProject.qdpx")
    assert len(export.sources) == 6 and export.sources["text"].isna().all()
    frame = export.segments
    assert len(frame) == 8 and frame["segment"].nunique() == 6
    # its name is its whole text: the end is exclusive (195 - 139 = 56 characters)
    diet = frame[frame["code"] == "Coke::diet Coke"].iloc[0]
    assert (diet["start"], diet["end"], len(diet["quote"])) == (139, 195, 56)
    assert diet["quote"] == "Oh, that was great. See you tomorrow? Eleven thirty. Mm."
    # a name that is shortened, or that somebody gave, is not the quote
    assert pd.isna(frame.loc[frame["code"] == "cornflakes", "quote"]).all()
    assert set(frame["coder"]) == {"Friedrich Markgraf"}
    said = frame.loc[frame["code"] == "", "memo"].tolist()
    assert said == ["Mabel is not the only person I know who has Coke for breakfast!"]
    logged = dict(
        zip(
            export.log["what"] + " " + export.log["detail"].str[:12],
            export.log["count"],
            strict=True,
        )
    )
    assert logged["skipped media codings PictureSelec"] == 2
    assert {"absent texts", "segments without a quote", "untagged highlights"} <= set(
        export.log["what"]
    )
    codes = export.codes.set_index("code")["description"]
    assert len(codes) == 14 and codes["Coke::diet Coke"] == "non sucré"


@pytest.mark.parametrize("project", ["project.qde", "Project.qde", "PROJECT.QDE"])
@pytest.mark.parametrize("folder", ["sources/", "Sources/", ""])
def test_names_of_parts_are_matched_whatever_their_capitals(
    archive: Make, project: str, folder: str
) -> None:
    path = archive(selection(20, 30), project=project, folder=folder)
    assert spans(path) == [[20, 30, "It helped."]]


def test_guids_differ_in_capitals_and_braces(archive: Make) -> None:
    frame = read_refi(archive(selection(0, 2))).segments
    assert frame[["code", "coder"]].values.tolist() == [["mood", "ann"]]


@pytest.mark.parametrize(
    ("text", "start", "end", "name"),
    [
        (TEXT.encode("utf-8-sig"), 20, 30, ""),  # a mark at the start does not count
        (TEXT.encode("utf-16"), 20, 30, ""),
        (TEXT.replace("\n", "\r\n").encode(), 20, 30, ""),  # a line's end counts one
        (TEXT.replace("\n", "\r\n").encode(), 21, 31, "It helped."),  # or two
        (TEXT.encode(), 21, 31, "It helped."),  # UTF-16: the emoji counts two
        (TEXT.encode(), 21, 31, "It hel…"),  # told by a name that is shortened
        (TEXT.replace("\n", "\r\n").encode(), 22, 32, "It helped."),  # both
    ],
)
def test_offsets_are_characters_unless_names_tell_otherwise(
    archive: Make, text: bytes, start: int, end: int, name: str
) -> None:
    path = archive(selection(start, end, name), text)
    assert spans(path) == [[20, 30, "It helped."]]
    assert read_refi(path).sources["text"].tolist() == [TEXT]


def test_a_label_instead_of_a_text_changes_nothing(archive: Make) -> None:
    assert spans(archive(selection(20, 30, "the good part"))) == [[20, 30, "It helped."]]


def test_a_text_inside_the_project_is_read(archive: Make) -> None:
    inside = f"<PlainTextContent>{TEXT}</PlainTextContent>" + selection(20, 30)
    assert spans(archive(inside, None)) == [[20, 30, "It helped."]]


def test_an_absent_text_leaves_quotes_missing_and_is_logged(archive: Make) -> None:
    export = read_refi(archive(selection(20, 30, "It help…"), None))
    assert pd.isna(export.segments["quote"]).all()
    assert export.segments["start"].tolist() == [20]
    assert export.log["what"].tolist() == ["absent texts", "segments without a quote"]


def test_offsets_that_are_none_are_all_named(archive: Make, places: Places) -> None:
    inside = "".join(
        selection(start, end, guid=str(at))
        for at, (start, end) in enumerate(
            [(0, 9999), ("abc", 4), (-1, 3), (7, 7), (9, 2), ("", ""), (1, 2)]
        )
    )
    assert [place[3] for place in places(read_refi, archive(inside))] == [
        "1: abc to 4",
        "2: -1 to 3",
        "3: 7 to 7",
        "4: 9 to 2",
        "5:  to ",
        "0 to 9999",
    ]


def test_a_coding_of_an_unknown_code_is_named(archive: Make, places: Places) -> None:
    path = archive(selection(0, 2).replace('targetGUID="C1"', 'targetGUID="C9"'))
    assert places(read_refi, path) == [("told.qdpx", None, "CodeRef", "C9")]


def test_sources_of_one_name_and_without_one_are_named(archive: Make, places: Places) -> None:
    inside = '</TextSource><TextSource guid="S2" name="told"/><TextSource guid="S3">'
    assert [place[2:] for place in places(read_refi, archive(inside))] == [
        ("TextSource", "told"),
        ("TextSource", ""),
    ]


def test_a_text_that_is_not_utf8_is_named(archive: Make, places: Places) -> None:
    path = archive(selection(0, 2), "un café".encode("cp1252"))
    assert places(read_refi, path) == [("told.qdpx", None, "TextSource", "told")]


def test_cases_may_be_places_and_notes_are_memos(tmp_path: Path) -> None:
    noted = selection(20, 30).replace("<Coding", "<Description>said</Description><Coding", 1)
    noted = noted.replace("</Coding>", '<NoteRef targetGUID="n1"/></Coding>')
    whole = PROJECT.format(inside=noted, declared="")
    rest = (
        '<Cases><Case guid="k" name="T1"><SelectionRef targetGUID="P1"/>'
        '<SourceRef targetGUID="elsewhere"/></Case></Cases>'
        '<Notes><Note guid="N1"><PlainTextContent>thought</PlainTextContent></Note></Notes>'
    )
    path = tmp_path / "told.qdpx"
    with zipfile.ZipFile(path, "w") as stream:
        stream.writestr("project.qde", whole.replace("</Project>", rest + "</Project>"))
        stream.writestr("Sources/a.TXT", TEXT)
    export = read_refi(path)
    assert export.cases.values.tolist() == [["T1", "told", 20, 30]]
    assert export.segments["memo"].tolist() == ["said\nthought"]
    assert export.log["what"].tolist() == ["places of cases not read"]


def test_a_place_without_a_code_beside_one_with_a_code_is_not_untagged(archive: Make) -> None:
    bare = '<PlainTextSelection guid="p2" startPosition="20" endPosition="30"/>'
    export = read_refi(archive(bare + selection(20, 30)))
    assert export.segments["code"].tolist() == ["mood"]
    assert export.log["what"].tolist() == ["selections left out"]
    alone = read_refi(archive(bare))
    assert alone.segments["code"].tolist() == [""]
    assert alone.log["what"].tolist() == ["untagged highlights"]


# archives that could harm


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Project SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_document_types_and_entities_are_refused(archive: Make, declared: str) -> None:
    path = archive("<Description>&x;</Description>", declared=declared)
    with pytest.raises(FaultsError, match="declares no document type or entities"):
        read_refi(path)


def test_a_document_type_in_another_encoding_is_refused(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE Project [<!ENTITY x "y">]><Project/>'
    path = tmp_path / "told.qdpx"
    with zipfile.ZipFile(path, "w") as stream:
        stream.writestr("project.qde", text.encode("utf-16"))
    with pytest.raises(FaultsError, match="declares no document type or entities"):
        read_refi(path)


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a\\..\\..\\out.txt", "C:\\x.txt"])
def test_names_that_lead_out_of_the_archive_are_refused(
    archive: Make, places: Places, name: str, tmp_path: Path
) -> None:
    path = archive(selection(0, 2), more={name: b"x"})
    assert [place[3] for place in places(read_refi, path)] == [name]
    assert [one.name for one in tmp_path.iterdir()] == ["told.qdpx"]


def test_a_bomb_is_refused_before_it_is_unpacked(archive: Make, places: Places) -> None:
    path = archive(selection(0, 2), b"\0" * 50_000_000)
    found = places(read_refi, path)
    assert len(found) == 1 and str(found[0][3]).startswith("sources/A.txt: ")


def test_a_large_recording_does_not_count(archive: Make) -> None:
    path = archive(selection(20, 30), more={"sources/film.mp4": b"\0" * 50_000_000})
    assert spans(path) == [[20, 30, "It helped."]]


def test_a_locked_part_is_refused(archive: Make, places: Places) -> None:
    content = bytearray(archive(selection(0, 2)).read_bytes())
    at = content.rindex(b"PK\x01\x02")  # the last member in the list of members: the text
    content[at + 8] |= 1
    path = archive()
    path.write_bytes(content)
    assert [place[3] for place in places(read_refi, path)] == ["sources/A.txt"]


def test_a_broken_archive_says_so(archive: Make) -> None:
    path = archive(selection(0, 2))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FaultsError, match="cannot be unpacked"):
        read_refi(path)
    spoilt = bytearray(whole)
    spoilt[60:80] = b"x" * 20  # inside the packed project
    path.write_bytes(spoilt)
    with pytest.raises(FaultsError, match="cannot be unpacked"):
        read_refi(path)


def test_broken_xml_says_so(tmp_path: Path) -> None:
    path = tmp_path / "told.qdpx"
    for text in ("<Project><CodeBook>", "no xml", "<Project/>", "<CodeBook/>"):
        with zipfile.ZipFile(path, "w") as stream:
            stream.writestr("project.qde", text)
        with pytest.raises(FaultsError):
            read_refi(path)


def test_an_archive_without_a_project_or_with_two_is_named(
    archive: Make, tmp_path: Path, places: Places
) -> None:
    path = archive(more={"Project.qde": b"<Project/>"})
    assert len(places(read_refi, path)) == 1
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("codebook.qdc", "<CodeBook/>")
    path.write_bytes(stream.getvalue())
    assert places(read_refi, path) == [("told.qdpx", None, None, "codebook.qdc")]


def test_other_kinds_of_file_are_named(one_story: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="name the reader qualcoder"):
        read_refi(one_story / "qualcoder.qda" / "data.qda")
    with pytest.raises(FaultsError, match="perhaps text"):
        read_refi(one_story / "segments.csv")
    with pytest.raises(FaultsError, match="holds 0"):
        read_refi(one_story / "segments.xlsx")
