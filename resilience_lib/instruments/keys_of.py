"""The instruments of a study: their keys, in agreement with its outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resilience_lib.codebook.variable import Codebook, Variable
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.load import load_key
from resilience_lib.instruments.parts import items_needed
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


def fit_items(study: Study, keys: Mapping[str, Key], codebook: Codebook) -> Mapping[str, Key]:
    """The keys, after refusing items of the codebook that do not fit them.

    Raises
    ------
    FaultsError
        What `item_faults` lists.
    """
    faults = item_faults(study, keys, codebook)
    if faults:
        raise FaultsError(faults)
    return keys


def item_faults(study: Study, keys: Mapping[str, Key], codebook: Codebook) -> list[Fault]:
    """Items of the codebook that do not fit their instrument's key, and items that are lacking.

    Parameters
    ----------
    study : Study
    keys : mapping of str to Key
        Of the instruments that outcomes name (`load_keys`).
    codebook : Codebook

    Returns
    -------
    list of Fault
        Each at the codebook's row, so that no answer has to be scored to find it.
    """
    pupils = {file.name for file in study.files if file.holds == "pupils"}
    items = [v for v in codebook.variables if v.role == "item" and v.file in pupils]
    faults = [
        Fault(codebook.path, rule, remedy, variable.row, column, value)
        for variable in items
        if variable.instrument in keys
        for column, value, rule, remedy in _misfits(variable, keys[variable.instrument])
    ]
    there = {(v.instrument, v.item) for v in items}
    named = {instrument for instrument, _ in there}
    for outcome in study.outcomes:
        name, scale = outcome.instrument, outcome.scale
        if name is None or scale is None or name not in named or scale not in keys[name].parts:
            continue
        rule = f"every item of {scale} of {name} is a column of a pupils' file; this one is none"
        remedy = f"name instrument {name} and this item in the row of its column"
        faults += [
            Fault(codebook.path, rule, remedy, column="item", value=item)
            for item in items_needed(keys[name], [scale])
            if (name, item) not in there
        ]
    return list(dict.fromkeys(faults))


def _misfits(variable: Variable, key: Key) -> Iterator[tuple[str, str, str, str]]:
    """Column, value, rule and remedy."""
    if variable.item not in key.items:
        rule = f"the instrument {key.name} has an item of that name"
        yield "item", variable.item, rule, f"its items are {', '.join(key.items)}"
        return
    low, high = key.responses_of(variable.item).codes
    rule = f"answers to item {variable.item} of {key.name} are whole numbers from {low} to {high}"
    written = "|".join(f"{c.code}={c.meaning}" if c.meaning else c.code for c in variable.allowed)
    if variable.mapped:
        numbers = [float(code.meaning) for code in variable.allowed]
        if not all(low <= number <= high and number.is_integer() for number in numbers):
            yield "allowed", written, rule, "mend the numbers behind ="
    elif variable.limits is None or variable.limits[0] < low or variable.limits[1] > high:
        remedy = f"write {low}|{high}; or, where the file has other codes, text in file=number|..."
        yield "allowed", written, rule, remedy
    elif variable.type != "integer":
        yield "type", variable.type, rule, "write integer"
