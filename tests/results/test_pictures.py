"""README shows figures as they are built, not as they once were."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from resilience_lib.paths import root
from resilience_lib.scaffold.pictures import PICTURES, picture_path, small_picture


def test_readme_shows_these_and_no_others() -> None:
    shown = re.findall(r"docs/pictures/(\w+)\.png", (root() / "README.md").read_text("utf-8"))
    assert shown == list(PICTURES)
    assert sorted(path.stem for path in picture_path("x").parent.iterdir()) == sorted(PICTURES)


@pytest.mark.parametrize("figure", PICTURES)
def test_a_picture_is_its_figure(figure: str) -> None:
    built = small_picture(figure)
    assert built is not None
    with Image.open(picture_path(figure)) as image:
        there = np.asarray(image.convert("L"), dtype=float)
    # other compressors and renderers differ by a shade, another number or layout by far more
    here = np.asarray(built.convert("L"), dtype=float)
    assert here.shape == there.shape
    assert np.abs(here - there).mean() < 0.2
