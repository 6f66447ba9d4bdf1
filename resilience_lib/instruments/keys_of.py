"""The instruments of a study: their keys, in agreement with its outcomes."""

from __future__ import annotations

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.load import load_key
from resilience_lib.paths import relative, study_file
from resilience_lib.study.schema import Outcome, Study


def load_keys(study: Study) -> dict[str, Key]:
    """The keys of all instruments that a study's outcomes name.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to Key
        By name, in the order of the outcomes.

    Raises
    ------
    FaultsError
        All at once: keys that do not exist or have faults, scales that a key does not have or
        that are switched off, and outcomes whose range or direction is another than the key's.
    """
    faults: list[Fault] = []
    keys: dict[str, Key] = {}
    for number, outcome in enumerate(study.outcomes):
        name = outcome.instrument
        if name is None:
            continue
        if name not in keys:
            try:
                keys[name] = load_key(name, study.study)
            except FaultsError as error:
                faults += [fault for fault in error.faults if fault not in faults]
                continue
        faults += _disagreements(outcome, number, keys[name], relative(study_file(study.study)))
    if faults:
        raise FaultsError(faults)
    return keys


def _disagreements(outcome: Outcome, number: int, key: Key, place: str) -> list[Fault]:
    listed = {part.name: part for part in (*key.subscales, *key.totals)}
    part = listed.get(outcome.scale or "")
    at = f"outcomes.{number}"
    if part is None:
        rule = f"the instrument {key.name} has no scale of that name"
        remedy = f"its scales are {', '.join(key.parts)}"
        return [Fault(place, rule, remedy, column=f"{at}.scale", value=outcome.scale)]
    if part.switched_off is not None:
        rule = f"{part.name} of {key.name} is switched off: {part.switched_off.rstrip('.')}"
        remedy = "leave it out, or write a key of your own beside the study file"
        return [Fault(place, rule, remedy, column=f"{at}.scale", value=outcome.scale)]
    faults = []
    for name, own, right in (
        ("range", tuple(outcome.range), tuple(part.range)),
        ("higher_is_better", outcome.higher_is_better, part.higher_is_better),
    ):
        if own != right:
            shown = str(list(right) if isinstance(right, tuple) else right).lower()
            rule = f"an outcome has the {name} of its scale in the instrument's key"
            remedy = f"write {name}: {shown}"
            faults.append(Fault(place, rule, remedy, column=f"{at}.{name}", value=str(own)))
    return faults
