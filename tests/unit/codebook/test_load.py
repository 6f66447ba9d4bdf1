"""Codebooks, .csv or .xlsx, are refused with every fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from resilience_lib.codebook.load import load_codebook
from resilience_lib.codebook.variable import COLUMNS, Code, Variable
from resilience_lib.errors import FaultsError

BLANK = dict.fromkeys(COLUMNS, "")


ITEM = {"role": "item", "type": "integer", "instrument": "mmf", "item": "1"}


def row(**cells: str) -> list[str]:
    """Cells of a row that is right but for what is given."""
    right = {"file": "a.csv", "label": "x", "type": "text", "sensitive": "no", "role": "kept"}
    return [{**BLANK, **right, **cells}[column] for column in COLUMNS]


def write(root: Path, *rows: list[str], header: tuple[str, ...] = COLUMNS) -> None:
    folder = root / "data" / "raw" / "toy"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [",".join(header), *(",".join(f'"{c}"' for c in cells) for cells in rows)]
    (folder / "codebook.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def variables(root: Path, *rows: list[str]) -> tuple[Variable, ...]:
    write(root, *rows)
    return load_codebook("toy").variables


def faults(root: Path, *rows: list[str]) -> list[tuple[int | None, str | None, str | None]]:
    write(root, *rows)
    with pytest.raises(FaultsError) as caught:
        load_codebook("toy")
    return [(fault.row, fault.column, fault.value) for fault in caught.value.faults]


def test_reads_limits_categories_and_words_for_numbers(empty_root: Path) -> None:
    score, sex, answer = variables(
        empty_root,
        row(variable="score", type="number", allowed="1|5", missing_codes="-9|99=refused"),
        row(variable="sex", type="category", allowed="1=girl|2=boy", role="gender"),
        row(variable="Q7_2", type="integer", allowed="Never=0|Sometimes=1|Always=2",
            instrument="mmf", item="2", role="item"),
    )  # fmt: skip
    assert score.limits == (1.0, 5.0) and score.codes == ()
    assert score.missing == ("-9", "99")
    assert score.missing_codes[1] == Code("99", "refused")
    assert sex.codes == ("1", "2") and sex.meanings == {"1": "girl", "2": "boy"}
    assert answer.limits is None and answer.codes == ("Never", "Sometimes", "Always")
    assert [v.name for v in (score, sex, answer)] == ["score", "sex", "mmf_2"]


def test_a_column_of_a_wide_file_has_the_name_of_all_waves(empty_root: Path) -> None:
    first, second = variables(
        empty_root,
        row(variable="read_k", type="number", item="read", wave="T1", role="outcome"),
        row(variable="read_1", type="number", item="read", wave="T2", role="outcome"),
    )
    assert (first.name, first.wave, second.name, second.wave) == ("read", "T1", "read", "T2")


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"file": ""}, "file", ""),
        ({"label": ""}, "label", ""),
        ({"type": "nummer"}, "type", "nummer"),
        ({"role": "pupils"}, "role", "pupils"),
        ({"sensitive": "maybe"}, "sensitive", "maybe"),
        ({"type": "number", "allowed": "5|1"}, "allowed", "5|1"),
        ({"type": "number", "allowed": "1|2|3"}, "allowed", "1|2|3"),
        ({"type": "integer", "allowed": "Never=0|Always=two"}, "allowed", "Never=0|Always=two"),
        ({"type": "integer", "allowed": "Never=0|Always"}, "allowed", "Never=0|Always"),
        ({"type": "category"}, "allowed", ""),
        ({"type": "category", "allowed": "F|M|F"}, "allowed", "F|M|F"),
        ({"type": "category", "allowed": "=girl"}, "allowed", "=girl"),
        ({"type": "text", "allowed": "a|b"}, "allowed", "a|b"),
        ({"type": "date", "allowed": "a|b"}, "allowed", "a|b"),
        ({"type": "number", "allowed": "0|100", "missing_codes": "99"}, "missing_codes", "99"),
        ({"type": "category", "allowed": "F|X", "missing_codes": "X"}, "missing_codes", "X"),
        ({"role": "item", "type": "integer", "instrument": "mmf"}, "item", ""),
        ({"role": "kept", "instrument": "mmf", "item": "1"}, "role", "kept"),
        ({**ITEM, "instrument": "M&MF"}, "instrument", "M&MF"),
        ({**ITEM, "item": "1 a"}, "item", "1 a"),
        ({**ITEM, "type": "text"}, "type", "text"),
        ({"role": "outcome", "type": "category", "allowed": "1|2"}, "type", "category"),
        (
            {"role": "outcome", "type": "number", "sensitive": "pseudonymise"},
            "sensitive",
            "pseudonymise",
        ),
        # what float() would take and no data file writes
        ({"type": "number", "allowed": "0|inf"}, "allowed", "0|inf"),
        ({"type": "number", "allowed": "0|1_0"}, "allowed", "0|1_0"),
        ({"type": "number", "allowed": "0|１０"}, "allowed", "0|１０"),
        ({"type": "integer", "allowed": "Never=0|Always=nan"}, "allowed", "Never=0|Always=nan"),
        ({"wave": "1", "item": "read"}, "wave", "1"),
        ({"wave": "T1"}, "item", ""),
        ({"variable": "surname"}, "variable", "surname"),
        ({"label": "TO FILL IN: what it holds"}, "label", "TO FILL IN: what it holds"),
    ],
)
def test_one_fault_is_named_alone(
    empty_root: Path, cells: dict[str, str], column: str, value: str
) -> None:
    assert faults(empty_root, row(**{"variable": "x", **cells})) == [(2, column, value)]


def test_all_faults_at_once_and_doubled_rows(empty_root: Path) -> None:
    said = faults(
        empty_root,
        row(variable="score", type="nummer"),
        row(variable="surname"),
        row(variable="surname", sensitive="maybe", role="dropped"),
        row(variable="a", **ITEM),
        row(variable="b", **ITEM),
    )
    assert said == [
        (2, "type", "nummer"),
        (3, "variable", "surname"),
        (4, "sensitive", "maybe"),
        (4, "variable", "surname"),
        (6, "item", "1"),
    ]


def test_two_columns_with_one_clean_name_are_refused_since_one_would_hide_the_other(
    empty_root: Path,
) -> None:
    said = faults(
        empty_root,
        row(variable="read"),
        row(variable="r1", item="read"),
        row(variable="m1", item="math", wave="T1"),
        row(variable="m2", item="math", wave="T2"),
        row(variable="math"),
        row(variable="mmf_1"),
        row(variable="Q1", **ITEM),
    )
    assert said == [(3, "item", "read"), (6, "item", "math"), (8, "item", "1")]
    # told apart by another name, by a wave each, or by dropping one of the two
    assert len(variables(
        empty_root,
        row(variable="read"),
        row(variable="r1", item="read", role="dropped"),
        row(variable="m1", item="math", wave="T1"),
        row(variable="m2", item="math", wave="T2"),
        row(variable="read", file="b.csv"),
    )) == 5  # fmt: skip


def test_an_identifying_column_is_let_in_dropped_or_as_pseudonyms(empty_root: Path) -> None:
    dropped, replaced = variables(
        empty_root,
        row(variable="Pupil name", role="dropped", sensitive="yes"),
        row(variable="UPN", role="pupil", sensitive="pseudonymise"),
    )
    assert (dropped.role, replaced.sensitive) == ("dropped", "pseudonymise")


def test_wrong_columns_are_named(empty_root: Path) -> None:
    write(empty_root, ["a", "b", "c", "d"], header=("file", "variable", "label", "typ"))
    with pytest.raises(FaultsError, match=r"add: type, unit.*remove: typ"):
        load_codebook("toy")


def test_absent(empty_root: Path) -> None:
    with pytest.raises(FaultsError, match="has no codebook"):
        load_codebook("toy")


def test_a_workbook_is_read_as_a_csv_is_and_never_both(empty_root: Path) -> None:
    cells = row(variable="score", type="number", allowed="1|5")
    write(empty_root, cells)
    from_csv = load_codebook("toy").variables
    folder = empty_root / "data" / "raw" / "toy"
    book = Workbook()
    book.active.append(list(COLUMNS))
    book.active.append(cells)
    book.save(folder / "codebook.xlsx")
    with pytest.raises(FaultsError, match=r"codebook\.csv and codebook\.xlsx are both there"):
        load_codebook("toy")
    (folder / "codebook.csv").unlink()
    assert load_codebook("toy").variables == from_csv


def test_a_spreadsheet_s_semicolons_and_encoding_are_read(empty_root: Path) -> None:
    write(empty_root, row(variable="score", label="Zufriedenheit für alle"))
    path = empty_root / "data" / "raw" / "toy" / "codebook.csv"
    text = path.read_text(encoding="utf-8").replace(",", ";")
    path.write_text(text, encoding="cp1252")
    assert load_codebook("toy").variables[0].label == "Zufriedenheit für alle"
