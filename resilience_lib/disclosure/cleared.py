"""`Cleared`: what has passed the gate, and the only thing that may be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass

import pandas as pd

from resilience_lib.disclosure.rules import Rules
from resilience_lib.errors import DisclosureError

_TOKEN = object()


@dataclass(frozen=True, eq=False)
class Cleared:
    """A frame that may be published, with the rules it was cleared under.

    Only the gates of this room make one: the constructor asks for a token that no other
    room holds, and `frame` hands out copies, so that what was cleared cannot be changed.

    Parameters
    ----------
    held : DataFrame
        The cleared frame; read it through `frame`.
    rules : Rules
        Rules of the study.
    notes : tuple of str
        What was suppressed, in sentences for a caption.

    Raises
    ------
    DisclosureError
        Made anywhere but in this room.

    Examples
    --------
    >>> Cleared(pd.DataFrame(), Rules("s", True, False), (), token=None)
    Traceback (most recent call last):
        ...
    resilience_lib.errors.DisclosureError: only the gates in disclosure make Cleared objects; \
pass the frame through one of them
    """

    held: pd.DataFrame
    rules: Rules
    notes: tuple[str, ...]
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise DisclosureError(
                "only the gates in disclosure make Cleared objects; "
                "pass the frame through one of them"
            )

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the cleared frame."""
        return self.held.copy()

    @property
    def study(self) -> str:
        """Name of the study."""
        return self.rules.study

    @property
    def synthetic(self) -> bool:
        """Whether the pupils were invented."""
        return self.rules.synthetic


def seal(frame: pd.DataFrame, rules: Rules, notes: Iterable[str] = ()) -> Cleared:
    """Close the gate behind a frame. For the gates of this room alone."""
    kept = tuple(dict.fromkeys(note for note in notes if note))
    return Cleared(frame.reset_index(drop=True), rules, kept, token=_TOKEN)


def reshape(function: Callable[..., pd.DataFrame], *cleared: Cleared) -> Cleared:
    """What a pure function makes of cleared frames alone is cleared as well.

    Parameters
    ----------
    function : callable
        Takes one DataFrame for each of `cleared` and returns one.
    *cleared : Cleared
        At least one, all of one study.

    Returns
    -------
    Cleared
        With the notes of all.

    Raises
    ------
    DisclosureError
        One of them is no `Cleared`, or they are of different studies.
    """
    rules = _shared_rules(cleared)
    made = function(*(one.frame for one in cleared))
    return seal(made, rules, (note for one in cleared for note in one.notes))


def stack(layers: Mapping[str, Cleared]) -> Cleared:
    """Cleared frames one below the other, told apart by a first column `layer`.

    A figure that shows two frames is drawn from one stack, and one CSV holds what it plots.
    """
    names = tuple(layers)
    full = any(not require_cleared(one).rules.open_data for one in layers.values())

    def pile(*frames: pd.DataFrame) -> pd.DataFrame:
        named = [frame.assign(layer=name) for name, frame in zip(names, frames, strict=True)]
        together = pd.concat([frame for frame in named if len(frame)] or named)
        together = together.reindex(columns=list(dict.fromkeys(c for f in named for c in f)))
        # where values may be suppressed a column stays without any: figures read it
        kept = [c for c in together.columns if c != "layer" and (full or together[c].notna().any())]
        return together[["layer", *kept]]

    return reshape(pile, *layers.values())


def require_cleared(thing: object) -> Cleared:
    """The thing itself where it is `Cleared`.

    Raises
    ------
    DisclosureError
        It is anything else.
    """
    if not isinstance(thing, Cleared):
        raise DisclosureError(
            f"only Cleared objects are saved, and this is a {type(thing).__name__}; "
            "pass the frame through a gate of disclosure first"
        )
    return thing


def _shared_rules(cleared: Iterable[Cleared]) -> Rules:
    found = {require_cleared(one).rules for one in cleared}
    if len(found) != 1:
        raise DisclosureError("frames that are shown together are cleared under the same rules")
    return found.pop()
