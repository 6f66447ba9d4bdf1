"""Cleared objects come from the gates alone."""

import copy
import dataclasses

import pandas as pd
import pytest

from resilience_lib.disclosure.cleared import Cleared, require_cleared, reshape, stack
from resilience_lib.disclosure.gates import clear
from resilience_lib.disclosure.rules import Rules
from resilience_lib.errors import DisclosureError
from resilience_lib.figures.save import save_figure
from resilience_lib.figures.style import new_figure
from resilience_lib.tables.shape import Table
from resilience_lib.tables.write import write_table

RULES = Rules("made_up", False, False, 10, 10, 3)
SECRET = pd.DataFrame({"pupil": ["Ann"]})


@pytest.fixture
def flow(made_up):
    study = made_up.study(open_data=False)
    return clear("flow", made_up.flow(study, made_up.pupils(study)), study)


@pytest.mark.parametrize("token", [None, object(), "token", True])
def test_the_constructor_refuses_everybody_else(token):
    with pytest.raises(DisclosureError, match="only the gates"):
        Cleared(SECRET, RULES, (), token)


def test_a_cleared_frame_cannot_be_swapped_for_another(flow):
    with pytest.raises((ValueError, DisclosureError)):
        dataclasses.replace(flow, held=SECRET)
    with pytest.raises(DisclosureError):
        dataclasses.replace(flow, held=SECRET, token=None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        flow.held = SECRET


def test_what_was_handed_out_does_not_change_what_was_cleared(flow):
    handed_out = flow.frame
    handed_out["pupils"] = -1.0
    assert (flow.frame["pupils"] > 0).all()
    assert (copy.copy(flow).frame["pupils"] > 0).all()


def test_only_cleared_is_saved(tmp_path):
    for thing in (SECRET, None, "Cleared", RULES):
        with pytest.raises(DisclosureError, match="only Cleared"):
            save_figure(new_figure(85, 40), "f", thing, tmp_path, caption="")
        with pytest.raises(DisclosureError, match="only Cleared"):
            write_table(Table("t", "n", "g"), "t", thing, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_shapes_are_made_from_cleared_frames_of_one_study(flow, made_up):
    assert len(reshape(lambda frame: frame.head(1), flow).frame) == 1
    with pytest.raises(DisclosureError):
        reshape(lambda frame: frame, SECRET)
    other = made_up.study(open_data=True)
    with pytest.raises(DisclosureError, match="same rules"):
        stack({"a": flow, "b": clear("flow", made_up.flow(other, made_up.pupils(other)), other)})
    assert require_cleared(flow) is flow


def test_a_frame_without_a_gate_is_refused(made_up):
    with pytest.raises(DisclosureError, match="no gate"):
        clear("pupils", SECRET, made_up.study())
