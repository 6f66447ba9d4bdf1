"""Pupils by what was written down as their id, exactly after normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from resilience_lib.linking.normalise import Codes
from resilience_lib.linking.records import Records


@dataclass(frozen=True)
class Pupils:
    """Number of the pupil of each record, and each pupil's key."""

    of: Codes
    keys: npt.NDArray[Any]


def by_id(records: Records, *, inside_school: bool) -> Pupils:
    """Equal ids (in equal schools) are one pupil; records without are pupils of their own.

    Parameters
    ----------
    records : Records
    inside_school : bool
        Whether the school counts too.

    Returns
    -------
    Pupils
    """
    ids, schools = records.id, records.school
    if not inside_school:
        return _alone(records, Pupils(ids.codes, ids.texts))
    width = max(len(ids.texts), 1)
    both = np.where(
        (ids.codes >= 0) & (schools.codes >= 0), schools.codes * width + ids.codes, np.int64(-1)
    )
    code, pairs = pd.factorize(both, use_na_sentinel=False)
    if (pairs == -1).any():
        missing = int(np.flatnonzero(pairs == -1)[0])
        code = np.where(code == missing, -1, code - (code > missing))
        pairs = np.delete(pairs, missing)
    school_text = _escaped(schools.texts)[pairs // width]
    id_text = _escaped(ids.texts)[pairs % width]
    keys = np.array([f"{s}/{i}" for s, i in zip(school_text, id_text, strict=True)], dtype=object)
    return _alone(records, Pupils(code, keys))


def _escaped(texts: npt.NDArray[Any]) -> npt.NDArray[Any]:
    # "/" joins school and id, so that A/B + C and A + B/C must not read the same
    return np.array([t.replace("~", "~0").replace("/", "~1") for t in texts], dtype=object)


def _alone(records: Records, pupils: Pupils) -> Pupils:
    """Give every record without a pupil one of its own."""
    lonely = np.flatnonzero(pupils.of < 0)
    of = pupils.of.copy()
    of[lonely] = len(pupils.keys) + np.arange(len(lonely))
    return Pupils(of, np.concatenate([pupils.keys, records.keys(lonely)]))
