"""What a study file may say of stories: the exports they were coded in, and who decided what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from resilience_lib.study.block import Block, Slug, Text
from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

StoryReaderName = Literal[
    "taguette",
    "taguette_csv",
    "taguette_xlsx",
    "segments",
    "dedoose",
    "nvivo",
    "qualcoder",
    "qualcoder_csv",
    "refi",
]
FrameName = Literal[
    "value_creation_2011",
    "value_creation_2020",
    "resilience_framework",
    "noble_truths",
    "own",
]
SETTLED: tuple[str, ...] = ("union", "consensus")


class Export(Block):
    name: Text = Field(description="File below data/raw/<study>/.")
    reader: StoryReaderName = Field(description="Which reader of coded stories opens it.")
    coder: Slug | None = Field(None, description="Who coded it, where the file does not say.")
    codebook: Text | None = Field(
        None,
        description="The tool's codebook (Taguette's CSV or XLSX, or .qdc): by it codes are known "
        "that no segment has.",
    )
    nested_by: Text | None = Field(
        None, description='What parts the levels of a flat code name: "." in cycle.applied.'
    )


class Stories(Block):
    exports: tuple[Export, ...] = Field(min_length=1, description="Exports of coded stories.")
    sources: Text = Field(
        description="Register of all sources asked (CSV below data/raw/<study>/), also of those "
        "who told nothing: they are the denominators."
    )
    called: Text = Field("sources", description="What sources are called in counts, e.g. staff.")
    order: Literal["narrated", "chronological"] = Field(
        description="Whether a story's segments stand in the order told or in that of time."
    )
    code_map: Text = Field(
        "code_map.csv", description="From the study's codes to frames (studies/<study>/)."
    )
    frames: tuple[FrameName, ...] = Field(
        min_length=1, description="Coding frames that the code map maps to."
    )
    final: Slug = Field(
        "union", description="Which coding counts: union, consensus, or one coder's name."
    )
    final_read_all: bool = Field(
        False,
        description="The coder named in final read every source, so that one without that coder's "
        "segments has none.",
    )
    consensus: Text | None = Field(
        None, description="What coders settled on, segment by segment (studies/<study>/)."
    )
    unit: Literal["segment", "source"] = Field(
        "segment", description="The unit whose codes are compared between coders."
    )
    indicators: Text | None = Field(
        None, description="Indicators by cycle, beside the stories (studies/<study>/)."
    )
    quotes: Text | None = Field(
        None,
        description="Segments cleared for publication (studies/<study>/); none is shown without.",
    )
    triads: Text | None = Field(
        None, description="Positions that tellers gave themselves (below data/raw/<study>/)."
    )
    minimum_sources: int = Field(
        ge=1, strict=True, description="Counts of sources below this are not shown."
    )

    @property
    def raw_names(self) -> tuple[str, ...]:
        """Names of the raw files, codebooks, the register and the triads included."""
        triads = () if self.triads is None else (self.triads,)
        books = (export.codebook for export in self.exports if export.codebook is not None)
        named = (*(export.name for export in self.exports), *books, self.sources, *triads)
        return tuple(dict.fromkeys(named))

    @property
    def decisions(self) -> tuple[str, ...]:
        """Names of the files in which people wrote down decisions, beside the study file."""
        named = (self.code_map, self.consensus, self.indicators, self.quotes)
        return tuple(name for name in named if name is not None)


def story_problems(study: Study) -> Iterator[Problem]:
    """Disagreements inside the block of stories.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    stories = study.stories
    if stories is None:
        return
    coders = [export.coder for export in stories.exports if export.coder is not None]
    if stories.final == "consensus" and stories.consensus is None:
        rule = "final: consensus needs consensus, the file in which it is written down"
        yield Problem(("stories", "final"), rule, stories.final)
    if stories.final_read_all and stories.final in SETTLED:
        rule = f"final_read_all is of one coder, and final is {stories.final}"
        yield Problem(("stories", "final_read_all"), rule, "true")
    # an export that names its coders itself may have it: `stories.declared` looks there
    said = len(coders) == len(stories.exports)
    if stories.final not in SETTLED and said and stories.final not in coders:
        rule = f"final is union, consensus or a coder: {', '.join(coders)}"
        yield Problem(("stories", "final"), rule, stories.final)
    names: list[str] = [file.name for file in study.files]
    for number, export in enumerate(stories.exports):
        if export.name in names:
            rule = "a file stands once among files and exports"
            yield Problem(("stories", "exports", number, "name"), rule, export.name)
        names.append(export.name)
