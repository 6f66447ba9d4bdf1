"""The coders of one study compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.coders import agree_coders, confuse_coders, to_talk_about

if TYPE_CHECKING:
    from resilience_lib.mixed.read import Strands
    from resilience_lib.study.schema import Study


@dataclass(frozen=True)
class Coders:
    """Agreement, what was confused with what, and the units to talk about."""

    agreement: pd.DataFrame
    confusion: pd.DataFrame
    talk: pd.DataFrame


def compare_coders(study: Study, strands: Strands) -> Coders:
    """Compare the coders of a study by the unit that it declares.

    Returns
    -------
    Coders
        Empty frames where no source has two coders.
    """
    assert study.stories is not None
    unit, codings, codes = study.stories.unit, strands.codings, strands.codes
    return Coders(
        agreement=agree_coders(codings, codes, unit, study.study),
        confusion=confuse_coders(codings, codes, unit),
        talk=to_talk_about(codings, codes, unit),
    )
