"""Names in a study file against a registry's."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from resilience_lib.errors import Fault
from resilience_lib.paths import relative, study_file
from resilience_lib.study.schema import Study


def faults_of_names(
    study: Study, key: str, chosen: Sequence[str], known: Mapping[str, bool]
) -> list[Fault]:
    """What is wrong with the names under one key of a study file.

    Parameters
    ----------
    study : Study
        The study.
    key : str
        "figures" or "tables".
    chosen : sequence of str
        Names in the study file.
    known : mapping of str to bool
        Registered names, and whether each needs a comparison.
    """
    file = relative(study_file(study.study))
    faults = []
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            rule = f"there is no such name among the {key}"
        elif known[name] and study.arms is None:
            rule = "it shows effects, and a study without arms has no comparison"
            remedy = f"take it out of {key}, or declare arms"
        else:
            continue
        faults.append(Fault(file, rule, remedy, _line(study, key, name), key, name))
    repeated = {name for name in chosen if list(chosen).count(name) > 1}
    faults += [
        Fault(
            file,
            "each name stands once",
            "delete the second one",
            _line(study, key, name),
            key,
            name,
        )
        for name in sorted(repeated)
    ]
    return faults


def _line(study: Study, key: str, name: str) -> int | None:
    """Line on which a name stands below its key; None where there is no study file."""
    path = study_file(study.study)
    if not path.exists():
        return None
    below = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        below = below or line.startswith(f"{key}:")
        if below and re.search(rf"\b{re.escape(name)}\b", line):
            return number
    return None
