"""The pictures of README.md: built figures, made small."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resilience_lib.paths import relative, root, stage_output, study_file

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES: dict[str, str] = {"effect_forest": "project_star", "joint_display": "bounce_forward"}
"""Which figure of which study."""
_WIDTH = 1000
_COLOURS = 64


def picture_path(figure: str) -> Path:
    """Where the picture of a figure lies.

    Examples
    --------
    >>> relative(picture_path("joint_display"))
    'docs/pictures/joint_display.png'
    """
    return root() / "docs" / "pictures" / f"{figure}.png"


def small_picture(figure: str) -> Image | None:
    """The built figure at the width of a page; None where it is not built."""
    from PIL import Image

    built = stage_output(PICTURES[figure], "5_figures") / f"{figure}.png"
    if not built.exists():
        return None
    with Image.open(built) as image:
        size = (_WIDTH, round(image.height * _WIDTH / image.width))
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    return small.quantize(_COLOURS)


def write_pictures() -> list[str]:
    """Write the pictures of figures that are built; says what was written and what was not.

    Of studies that are not here (a team may take the examples away) nothing is said.
    """
    said = []
    for figure, study in PICTURES.items():
        if not study_file(study).exists():
            continue
        path, picture = picture_path(figure), small_picture(figure)
        if picture is None:
            said.append(f"{relative(path)} stays: {study} is not built")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, optimize=True)
        said.append(f"wrote {relative(path)}")
    return said
