"""Parameters of notebooks, checked before anything runs.

papermill only logs an unknown parameter, and its command line turns `007` into 7; so names and
types are compared with the parameters cell first, and Python values are passed.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from resilience_lib import paths
from resilience_lib.build.stripped import stripped_cells
from resilience_lib.errors import Fault, FaultsError

Scalar = str | int | float | bool | None
_KINDS = {str: "text", int: "a whole number", float: "a number", bool: "True or False"}


def declared(stage: str) -> dict[str, Scalar]:
    """Parameters of a notebook with their defaults, from its cell tagged `parameters`.

    Raises
    ------
    FaultsError
        There is not exactly one such cell, or it holds more than `name = scalar` lines.
    """
    path = paths.notebook(stage)
    cells = [c for c in stripped_cells(path.read_bytes()) if "parameters" in c["tags"]]
    rule = "a notebook has one cell tagged parameters, with lines such as study = 'project_star'"
    if len(cells) != 1:
        raise FaultsError([Fault(paths.relative(path), rule, "tag the cell, and no other")])
    found: dict[str, Scalar] = {}
    for line in ast.parse(cells[0]["source"]).body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        try:
            value = ast.literal_eval(getattr(line, "value", None))  # type: ignore[arg-type]
        except (ValueError, TypeError):
            value = ()
        if not isinstance(target, ast.Name) or not isinstance(value, Scalar):
            remedy = "keep flat text, numbers, True or False; put the rest into another cell"
            shown = ast.unparse(line)
            raise FaultsError([Fault(paths.relative(path), rule, remedy, value=shown)])
        found[target.id] = value
    return found


def check(stage: str, given: Mapping[str, object]) -> None:
    """Refuse parameters that a notebook does not know, or of another type than its default.

    A default of None takes any scalar; a default such as 0.5 takes a whole number too.

    Raises
    ------
    FaultsError
        All of them at once; the nearest name is given.
    """
    known = declared(stage)
    place = paths.relative(paths.notebook(stage))
    faults = []
    for name, value in given.items():
        if name not in known:
            faults.append(Fault(place, f"unknown parameter {name}", _nearest(name, list(known))))
            continue
        default = known[name]
        allowed = (int, float) if isinstance(default, float) else type(default)
        fits = isinstance(value, allowed) and isinstance(value, bool) == isinstance(default, bool)
        if default is None:
            fits = isinstance(value, Scalar)
        if not fits:
            kind = _KINDS.get(type(default), "a scalar")
            remedy = f"its default is {default!r}"
            rule = f"parameter {name} is {kind}"
            faults.append(Fault(place, rule, remedy, column=name, value=str(value)))
    if faults:
        raise FaultsError(faults)


def read_value(text: str, default: Scalar) -> Scalar:
    """A value typed on a command line, as the type of the parameter's default.

    Text stays text (`007` is no number); what does not fit is handed on for `check` to refuse.

    Examples
    --------
    >>> read_value("007", "a"), read_value("7", 1), read_value("x", 1)
    ('007', 7, 'x')
    """
    if isinstance(default, str):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, Scalar) else text


def _nearest(name: str, names: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"it has: {', '.join(names)}"
