"""Write the true answers of the SYNTHETIC Bounce Forward pupils, which bounce_forward.R reads.

    python tests/references/bounce_forward_answers.py <target.csv>

They come from the generator itself: nothing here has gone through the raw files, and so through
no reader, codebook, link or score of the library.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from resilience_lib.paths import raw
from resilience_lib.study.yaml_files import load_yaml
from resilience_lib.synthetic.answers import generate, long_answers
from resilience_lib.synthetic.truth import Truth


def true_answers() -> pd.DataFrame:
    """One row per true pupil and wave: pupil, school, wave, gender and every item."""
    truth = load_yaml(raw("bounce_forward") / "truth.yml", Truth)
    return long_answers(generate(truth), truth.waves)


if __name__ == "__main__":
    true_answers().to_csv(Path(sys.argv[1]), index=False)
