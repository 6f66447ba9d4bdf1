"""`make export`: the scored file of a study and all that describes it, in one folder."""

from __future__ import annotations

from resilience_lib.codebook.load import load_codebook
from resilience_lib.export.described import codebook_bytes, codebook_rows, readme
from resilience_lib.export.fields import export_fields
from resilience_lib.export.package import data_package, scored_resource
from resilience_lib.export.raw_files import raw_resources
from resilience_lib.export.rows import csv_bytes, export_rows, wide_fields, wide_rows
from resilience_lib.export.sav import scored_sav
from resilience_lib.export.syntax import mixed_syntax
from resilience_lib.joins.pupils import make_analysis, make_pupils
from resilience_lib.paths import export, relative
from resilience_lib.store.folders import write_folder
from resilience_lib.store.raw import raw_path
from resilience_lib.store.stages import read_table
from resilience_lib.study.load import load_study
from resilience_lib.study.source import load_source


def export_study(name: str) -> list[str]:
    """Write data/processed/<study>/export/ whole, from the clean waves and the scores.

    Parameters
    ----------
    name : str
        A study whose stages 1_clean and 2_score are built.

    Returns
    -------
    list of str
        What was written, and what a person must know about it.

    Raises
    ------
    FaultsError
        A stage is not there, or codebook, study file or source.yml have faults.
    ResilienceError
        A file of the old folder is open in another program.
    """
    study = load_study(name)
    if not study.has_pupils:
        return [f"{name}: it has stories alone, and no scored file to export"]
    codebook, source = load_codebook(name), load_source(name)
    waves = read_table(name, "1_clean", "waves")
    scores = read_table(name, "2_score", "scores")
    fields = export_fields(study, codebook, list(waves.columns))
    rows = export_rows(waves, scores, fields, study)
    apart = wide_fields(fields, study)
    scored, wide = csv_bytes(rows), csv_bytes(wide_rows(rows, fields, study))
    names = {field.source: field.name for field in fields}
    raw = {file.name: raw_path(name, file.name).read_bytes() for file in study.files}
    described, schemas, left_out = raw_resources(study, codebook, raw)
    analysis = make_analysis(waves, scores, make_pupils(waves, study.wave_names), study)
    syntax = mixed_syntax(analysis, fields, study)
    resources = [
        scored_resource("scored", "One row per pupil and wave", scored, fields,
                        [names["pupil"], names["wave"]]),
        scored_resource("scored_wide", "One row per pupil", wide, [field for field, _ in apart],
                        [names["pupil"]]),
        *described.values(),
    ]  # fmt: skip
    book = [
        *codebook_rows("scored.csv", [(field, "") for field in fields]),
        *codebook_rows("scored_wide.csv", apart),
    ]
    title = f"SYNTHETIC DATA: {study.title}" if study.synthetic else study.title
    files = {
        "scored.csv": f"one row per pupil and wave ({len(rows):,} rows)",
        "scored_wide.csv": "the same, one row per pupil",
        "scored.sav": "scored.csv for SPSS, with labels",
        "codebook.csv": "what the columns of the CSV files hold",
        "datapackage.json": "the same as a Frictionless Data Package, for deposit",
    }
    contents = {
        "scored.csv": scored,
        "scored_wide.csv": wide,
        "scored.sav": scored_sav(rows, fields, title),
        "codebook.csv": codebook_bytes(book),
        "datapackage.json": data_package(study, source, resources),
        **{f"raw/{file}": raw[file] for file in described},
        **schemas,
    }
    if syntax is not None:
        contents["mixed.sps"] = syntax.encode("utf-8-sig")
        files["mixed.sps"] = (
            "SPSS syntax that fits the mixed model of change again (not yet run in SPSS by this "
            "project)"
        )
    else:
        left_out = [*left_out, "mixed.sps is not here: the study estimates no change"]
    contents["README.txt"] = readme(study, files, left_out)
    folder = export(name)
    write_folder(folder, contents)
    return [
        f"{relative(folder)}/: {len(contents)} files, {len(rows):,} rows of "
        f"{rows[names['pupil']].nunique():,} pupils",
        *(f"  {file}: {what}" for file, what in files.items()),
        *(f"  {sentence}" for sentence in left_out),
        "Open data: the folder may be deposited."
        if study.disclosure.open_data
        else "CONFIDENTIAL: the folder holds pupils' rows and stays here.",
    ]
