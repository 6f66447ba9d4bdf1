"""`make check`: raw files against their codebook, stories against their map, before a build."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from resilience_lib.errors import Fault, FaultsError, condense
from resilience_lib.paths import relative

if TYPE_CHECKING:
    import pandas as pd

    from resilience_lib.cleaning.waves import Cleaned
    from resilience_lib.study.schema import Study


def check_studies(names: list[str]) -> int:
    """Check studies one after the other, and say what was read or what is wrong.

    Parameters
    ----------
    names : list of str

    Returns
    -------
    int
        0 where nothing is wrong; 1 otherwise: every fault is then printed (the first few of each
        kind) and written to check.xlsx (all).
    """
    return max((_check(name) for name in names), default=0)


def _check(name: str) -> int:
    from resilience_lib.store.fault_list import fault_list_path, write_fault_list

    try:
        said = _read(name)
    except FaultsError as error:
        path = write_fault_list(name, error.faults)
        print(*condense(error.faults), sep="\n", file=sys.stderr)
        count = len(error.faults)
        print(
            f"{name}: {count:,} fault{'s' if count > 1 else ''}. Nothing was built. "
            f"All of them are in {relative(path)}",
            file=sys.stderr,
        )
        return 1
    # a list of faults that are mended would only mislead
    fault_list_path(name).unlink(missing_ok=True)
    print(*said, sep="\n")
    return 0


def _read(name: str) -> list[str]:
    from resilience_lib.codebook.load import load_codebook
    from resilience_lib.effects.chosen import check_estimands
    from resilience_lib.figures.registry import check_figures
    from resilience_lib.store.raw import fetch
    from resilience_lib.study.load import load_study
    from resilience_lib.study.source import load_source
    from resilience_lib.tables.registry import check_tables

    faults: list[Fault] = []
    study = _gather(faults, lambda: load_study(name))
    if study is None:
        # what the study file does not decide is looked at all the same
        _gather(faults, lambda: load_codebook(name))
        _gather(faults, lambda: load_source(name))
        raise FaultsError(faults)
    for check in (check_estimands, check_figures, check_tables):
        _gather(faults, partial(check, study))
    laid = _gather(faults, lambda: fetch(name))
    parts = [_read_pupils] if study.has_pupils else []
    parts += [_read_stories] if study.stories is not None else []
    said = [_gather(faults, partial(part, study)) for part in parts]
    if faults:
        raise FaultsError(list(dict.fromkeys(faults)))
    return [
        f"{name}: nothing wrong. Read:",
        *(line for lines in said for line in lines),
        *(f"  {sentence}" for sentence in laid if sentence.startswith("wrote ")),
    ]


def _read_stories(study: Study) -> list[str]:
    import pandas as pd

    from resilience_lib.joins.lists import listed_sides
    from resilience_lib.joins.stories import check_joins, join_stories
    from resilience_lib.mixed.declared import read_judgements
    from resilience_lib.stories.intake import stories_of

    told = stories_of(study)
    faults = list[Fault]()
    if study.mixed is not None:
        _gather(faults, lambda: read_judgements(study, told.sources))
    # what stories are joined to of pupils is known once these are joined themselves
    right = listed_sides(study, told.lists) | {"waves": pd.DataFrame({"wave": study.wave_names})}
    _gather(faults, lambda: check_joins(study, join_stories(study, told.sources, right)))
    if faults:
        raise FaultsError(faults)
    asked, coders = told.sources["asked"] == "yes", told.codings["coder"].nunique()
    said = told.sources["told"] == "yes"
    return [
        f"  stories: {said.sum():,} of {asked.sum():,} sources asked told something; "
        f"{told.codings['segment'].nunique():,} segments, {coders} coder{'s' * (coders > 1)}",
        *(f"  {row.file}: {row.what} ({row.count:,}) {row.detail}".rstrip()
          for row in told.log.itertuples(index=False)),
        *(f"  look at: code {row.study_code}: {row.why} ({row.segments:,} segments)"
          for row in told.unmapped.itertuples()),
        *_several_sources(study, told.sources[asked]),
    ]  # fmt: skip


def _several_sources(study: Study, asked: pd.DataFrame) -> Iterator[str]:
    """That counts of enough sources may be those of fewer tellers."""
    least = study.stories.minimum_sources if study.stories is not None else 1
    of_each = asked.loc[asked["teller"] != "", "teller"].value_counts()
    several = int(of_each.gt(1).sum())
    if several and least > 1:
        yield (
            f"  look at: {several:,} teller{'s have' if several > 1 else ' has'} several sources, "
            f"up to {of_each.max():,}: minimum_sources is of sources, and {least} of them may be "
            "fewer tellers; raise it where that tells too much"
        )


def _read_pupils(study: Study) -> list[str]:
    from resilience_lib.cleaning.intake import read_files
    from resilience_lib.cleaning.waves import clean_study
    from resilience_lib.codebook.load import load_codebook
    from resilience_lib.instruments.keys_of import item_faults, load_keys
    from resilience_lib.instruments.scores import score_waves
    from resilience_lib.store.pseudonyms import pseudonyms

    name, faults = study.study, list[Fault]()
    keys = _gather(faults, lambda: load_keys(study))
    read = _gather(faults, lambda: read_files(study))
    # on its own, so that a fault in a raw file does not hide those between codebook and keys
    book = _gather(faults, lambda: load_codebook(name))
    if keys is not None and book is not None:
        faults += item_faults(study, keys, book)
    if faults:
        raise FaultsError(list(dict.fromkeys(faults)))
    tables, codebook = read
    cleaned = clean_study(tables, study, codebook, pseudonyms(name))
    score_waves(cleaned.waves, study, keys)
    waves = cleaned.waves
    counts = waves["wave"].value_counts().reindex(study.wave_names)
    return [
        *(f"  {file}: {len(t.frame):,} rows, {len(t.frame.columns)} columns{_notes(t)}"
          for file, t in tables.items()),
        "  waves: " + ", ".join(f"{wave} {count:,}" for wave, count in counts.items()),
        f"  pupils: {waves['pupil'].nunique():,} in {waves['school'].nunique():,} schools",
        *(f"  look at: {sentence}" for sentence in _doubts(cleaned)),
    ]  # fmt: skip


def _doubts(cleaned: Cleaned) -> Iterator[str]:
    """What may be right and may be an error in the ids: nothing is changed, a person looks."""
    ids = cleaned.log[cleaned.log["step"] == "look at ids"]
    for file, column, rule, count in ids[["file", "column", "rule", "changed"]].itertuples(
        index=False
    ):
        yield f"{file or 'all files'}, {column}: {count:,} ids: {rule}"
    for reason, what in (("school_changes", "school"), ("gender_changes", "gender")):
        rows = cleaned.look_at[cleaned.look_at["reason"] == reason]
        if len(rows):
            first = rows.iloc[0]
            yield (
                f"{rows['pupil'].nunique():,} pupils with another {what} at another wave, the "
                f"first in {first['file']}, line {first['line']}"
            )


def _notes(table: Any) -> str:
    return "".join(f"; {note}" for note in table.notes)


def _gather(faults: list[Fault], step: Callable[[], Any]) -> Any:
    """What a step returns; its faults go to the others, so that one does not hide the next."""
    try:
        return step()
    except FaultsError as error:
        faults += error.faults
        return None
