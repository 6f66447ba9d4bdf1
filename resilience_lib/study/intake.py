"""What a study file says of its raw files: what they hold, and how rows become pupils."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from resilience_lib.study.block import Block, Text, WaveName


class RawFile(Block):
    name: Text = Field(description="File below data/raw/<study>/.")
    reader: Literal[
        "csv",
        "xlsx",
        "sav",
        "qualtrics",
        "redcap",
        "microsoft_forms",
        "google_forms",
        "school_records",
    ] = Field(description="Which reader opens it.")
    holds: Literal["pupils", "staff", "school_records"] = Field(
        "pupils", description="Whose rows these are; only pupils become waves and scores."
    )
    sheet: Text | None = Field(None, description="Sheet of a workbook that has several.")
    dictionary: Text | None = Field(None, description="Data dictionary of a REDCap export.")
    wave: WaveName | None = Field(
        None, description="The wave of all rows, where no column of the file says it."
    )


class Linking(Block):
    by: Literal["id", "school_and_id", "code"] = Field(
        "id", description="What makes rows of two waves one pupil."
    )
    agree: int | None = Field(
        None, ge=1, strict=True, description="Parts of a self-generated code that must agree."
    )
    keep: Literal["stop", "first", "last", "most_answered", "both"] = Field(
        "stop",
        description="Which of two rows of one pupil in one wave counts; stop refuses them. "
        "both, by code alone: two rows with one code are two pupils, and stay unlinked.",
    )
    without_id: Literal["stop", "set_aside"] = Field(
        "stop", description="Rows without an id: stop refuses them, set_aside leaves them out."
    )

    @model_validator(mode="after")
    def _agrees_by_code(self) -> Linking:
        if (self.by == "code") != (self.agree is not None):
            raise ValueError("agree goes with by: code, and by: code needs it")
        if self.keep == "both" and self.by != "code":
            raise ValueError("keep: both goes with by: code, an id is one pupil's")
        return self


class Wave(Block):
    name: WaveName = Field(description="T1, T2, ... in the order of time.")
    value: Text | None = Field(
        None, description="What stands for this wave in a column with role wave."
    )
    label: Text = Field(description="What figures and tables call it.")
