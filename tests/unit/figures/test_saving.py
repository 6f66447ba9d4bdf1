"""What is written for a figure, and that it is the same every time."""

import csv
import dataclasses

import pytest

from resilience_lib.disclosure.gates import Published, clear
from resilience_lib.figures.registry import FIGURES, make_figure
from resilience_lib.figures.save import plotted_csv

ENDINGS = {".svg", ".pdf", ".png", ".csv", ".txt"}


@pytest.fixture(scope="module")
def synthetic(made_up):
    study = made_up.study(synthetic=True, open_data=False, population=True)
    return study, made_up.frames(study, made_up.pupils(study))


def test_five_files_and_the_same_bytes_twice(synthetic, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        make_figure("missingness", Published(synthetic[1].__getitem__, synthetic[0]), folder)
        make_figure("change_forest", Published(synthetic[1].__getitem__, synthetic[0]), folder)
    names = sorted(path.name for path in folders[0].iterdir())
    assert len(names) == 2 * len(ENDINGS)
    for name in names:
        first, second = ((folder / name).read_bytes() for folder in folders)
        assert first == second, name


def test_plotted_data_open_in_excel_and_say_synthetic(synthetic, tmp_path):
    make_figure("change_forest", Published(synthetic[1].__getitem__, synthetic[0]), tmp_path)
    data = (tmp_path / "change_forest.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert {row["data"] for row in rows} == {"synthetic"}
    # one outcome, one change, four groups; 6 significant digits of the cleared values
    estimates = clear("estimates", synthetic[1]["estimates"], synthetic[0]).frame
    drawn = estimates[estimates["estimand"] == "g_change_model"]
    assert [row["estimate"] for row in rows] == [f"{x:.6g}" for x in drawn["estimate"]]


def test_synthetic_is_printed_inside_the_figure_below_all_data(synthetic, made_up, tmp_path):
    figure = make_figure("wave_means", Published(synthetic[1].__getitem__, synthetic[0]), tmp_path)
    figure.draw_without_rendering()  # at the size of the screen again
    (mark,) = [text for text in figure.texts if text.get_text() == "SYNTHETIC DATA"]
    box = mark.get_window_extent()
    assert box.y0 >= 0 and box.x1 <= figure.bbox.x1
    for axes in figure.axes:
        assert axes.get_tightbbox().y0 >= box.y1
    assert "Synthetic data: made up for a test." in (tmp_path / "wave_means.txt").read_text()
    real = made_up.study()
    frames = made_up.frames(real, made_up.pupils(real))
    figure = make_figure("wave_means", Published(frames.__getitem__, real), tmp_path)
    assert not any("SYNTHETIC" in text.get_text() for text in figure.texts)
    assert "ynthetic" not in (tmp_path / "wave_means.txt").read_text()


def test_png_is_300_dpi_and_has_no_text_chunks(synthetic, tmp_path, published):
    make_figure("change_forest", Published(synthetic[1].__getitem__, synthetic[0]), tmp_path)
    chunks = dict(published.png_chunks((tmp_path / "change_forest.png").read_bytes()))
    assert set(chunks) <= {"IHDR", "pHYs", "IDAT", "IEND"}
    per_metre = int.from_bytes(chunks["pHYs"][:4].encode("latin-1"), "big")
    assert round(per_metre * 0.0254) == 300
    # 175 mm at 300 dpi
    assert int.from_bytes(chunks["IHDR"][:4].encode("latin-1"), "big") == 2066


def test_files_hold_no_date_and_no_maker(synthetic, tmp_path, published):
    make_figure("change_forest", Published(synthetic[1].__getitem__, synthetic[0]), tmp_path)
    for ending in ("svg", "pdf"):
        text = published.words_of(tmp_path / f"change_forest.{ending}")
        for word in ("CreationDate", "ModDate", "Producer", "<dc:date>", str(tmp_path)):
            assert word not in text


def test_every_figure_of_ten_thousand_pupils_stays_small(made_up, tmp_path):
    study = made_up.study(outcomes=("reading", "worry"), waves=("One", "Two", "Three"))
    who = made_up.pupils(study, schools=79, per_school=130)
    frames = made_up.frames(study, who)
    make_figure("change_distribution", Published(frames.__getitem__, study), tmp_path)
    for ending in ("svg", "pdf", "png"):
        assert (tmp_path / f"change_distribution.{ending}").stat().st_size < 1_500_000


def test_specs_name_functions_that_are_there():
    import importlib

    for name, spec in FIGURES.items():
        module = importlib.import_module(spec.module)
        assert all(callable(getattr(module, f"{verb}_{name}"))
                   for verb in ("select", "draw", "caption"))  # fmt: skip
        assert dataclasses.is_dataclass(spec)


def test_numbers_keep_six_digits(made_up):
    from resilience_lib.disclosure.gates import clear

    study = made_up.study()
    frame = made_up.flow(study, made_up.pupils(study)).assign(pupils=123456.789)
    assert b"123457," in plotted_csv(clear("flow", frame, study))
