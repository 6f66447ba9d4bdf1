"""Which subscales and totals of a key are meant, and which items they need."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key, Subscale, Total


def parts_wanted(key: Key, parts: Sequence[str] | None) -> tuple[str, ...]:
    """The parts asked for, or all of a key that are not switched off.

    Parameters
    ----------
    key : Key
    parts : sequence of str, optional
        Names of subscales and totals.

    Returns
    -------
    tuple of str

    Raises
    ------
    FaultsError
        A part is unknown (the key's are listed) or switched off (with the reason); so is a key
        of which nothing is left.
    """
    place = f"instrument {key.name}"
    listed = [part.name for part in key.all_parts]
    off = {part.name: part.switched_off for part in key.all_parts if part.switched_off is not None}
    asked = key.parts if parts is None else tuple(parts)
    faults = []
    for name in asked or listed:
        if name in off:
            rule = f"{name} is switched off: {off[name].rstrip('.')}"
            remedy = "leave it out, or write a key of your own beside the study file"
            faults.append(Fault(place, rule, remedy, column=name))
        elif name not in listed:
            remedy = f"parts are {', '.join(listed)}"
            faults.append(Fault(place, f"there is no part called {name}", remedy, column=name))
    if faults:
        raise FaultsError(faults)
    return asked


def items_needed(key: Key, parts: Sequence[str]) -> tuple[str, ...]:
    """Items that these parts are scored from, in the order of the key."""
    used = {item for subscale in subscales_needed(key, parts) for item in subscale.items}
    return tuple(item for item in key.items if item in used)


def with_minimum_share(key: Key, share: float) -> Key:
    """A key whose chosen missing rules are a study's own.

    Parameters
    ----------
    key : Key
    share : float
        Smallest share of a subscale's items that is answered, above 0 and up to 1.

    Returns
    -------
    Key
        The same, with `share` as `minimum_share` wherever the key has such a rule that was chosen
        because no published one was found. Published rules stay.

    Raises
    ------
    FaultsError
        `share` is no share, or the key has no rule that is open to choice.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> key = with_minimum_share(load_key("srs_peer12"), 0.5)
    >>> key.part("empathy").missing.answers_needed(2)
    1
    """
    place = f"instrument {key.name}"
    open_to_choice = [
        subscale.missing.certainty == "chosen" and subscale.missing.minimum_share is not None
        for subscale in key.subscales
    ]
    if not 0 < share <= 1:
        rule, remedy = "minimum_share is above 0 and at most 1", "write e.g. 0.5 for half the items"
        raise FaultsError([Fault(place, rule, remedy, column="minimum_share", value=f"{share:g}")])
    if not any(open_to_choice):
        rule = "minimum_share stands where no published missing rule was found"
        remedy = "leave it out: the key's own rule is used"
        raise FaultsError([Fault(place, rule, remedy, column="minimum_share", value=f"{share:g}")])
    subscales = tuple(
        subscale.model_copy(
            update={"missing": subscale.missing.model_copy(update={"minimum_share": share})}
        )
        if chosen
        else subscale
        for subscale, chosen in zip(key.subscales, open_to_choice, strict=True)
    )
    return key.model_copy(update={"subscales": subscales})


def subscales_needed(key: Key, parts: Sequence[str]) -> list[Subscale]:
    """Subscales behind the parts: those asked for, and those that a total sums."""
    names: list[str] = []
    for name in parts:
        part = key.part(name)
        names += part.sum_of if isinstance(part, Total) else [name]
    wanted = set(names)
    return [subscale for subscale in key.subscales if subscale.name in wanted]
