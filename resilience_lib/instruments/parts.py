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


def subscales_needed(key: Key, parts: Sequence[str]) -> list[Subscale]:
    """Subscales behind the parts: those asked for, and those that a total sums."""
    names: list[str] = []
    for name in parts:
        part = key.part(name)
        names += part.sum_of if isinstance(part, Total) else [name]
    wanted = set(names)
    return [subscale for subscale in key.subscales if subscale.name in wanted]
