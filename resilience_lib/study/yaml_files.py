"""YAML files that people write: parsed with line numbers, validated, all faults at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative

Model = TypeVar("Model", bound=BaseModel)


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read a YAML file and validate it.

    Parameters
    ----------
    path : Path
        The file.
    model : type of BaseModel
        What it must look like.

    Returns
    -------
    BaseModel
        The validated, frozen object.

    Raises
    ------
    FaultsError
        The file is absent, is no YAML, has a key twice, an unknown key (the nearest valid one
        is named) or a value of the wrong type; each with its line.
    """
    name = relative(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FaultsError(
            [Fault(name, "the file does not exist", "check the name, or create it")]
        ) from None
    except UnicodeDecodeError:
        raise FaultsError([Fault(name, "the file is not UTF-8 text", "save it as UTF-8")]) from None
    except (PermissionError, IsADirectoryError):
        rule = "the file can be read; it is a folder, or its rights forbid it"
        raise FaultsError(
            [Fault(name, rule, "put the file there, and close it elsewhere")]
        ) from None
    document = parse_yaml(text, name)
    try:
        return model.model_validate(_plain(document))
    except ValidationError as error:
        raise FaultsError(list(_faults(error, document, model, name))) from None


def parse_yaml(text: str, name: str) -> Any:
    """The keys and values of a YAML text, with the comments and lines that ruamel.yaml keeps.

    Parameters
    ----------
    text : str
    name : str
        The file, for messages.

    Returns
    -------
    CommentedMap

    Raises
    ------
    FaultsError
        No YAML, or a key twice; with its line.
    """
    yaml = YAML(typ="rt")
    # for whoever writes the document back
    yaml.preserve_quotes = True
    try:
        document = yaml.load(text)
    except DuplicateKeyError as error:
        mark = error.problem_mark
        row = None if mark is None else mark.line + 1
        rule = str(error.problem).split(" with value")[0]
        raise FaultsError([Fault(name, rule, "keep one of the two", row=row)]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        row = None if mark is None else mark.line + 1
        remedy = "check indentation, colons and quotes on this line and the one above"
        raise FaultsError([Fault(name, f"not YAML: {error.problem}", remedy, row=row)]) from None
    except ReaderError as error:
        row = text.count("\n", 0, error.position) + 1
        rule, remedy = "not YAML: an invisible control character", "write this line anew"
        raise FaultsError([Fault(name, rule, remedy, row=row)]) from None
    except RecursionError:
        rule = "not YAML: too many brackets are open inside each other"
        raise FaultsError([Fault(name, rule, "close every bracket")]) from None
    except ValueError as error:
        # ruamel's own, of a date or a number that is none: it does not say where
        rule = f"not YAML: {str(error).split('; ')[0]}"
        remedy = "put quotes around dates and long numbers that are meant as text"
        raise FaultsError([Fault(name, rule, remedy)]) from None
    if not isinstance(document, dict):
        raise FaultsError([Fault(name, "the file holds keys and values", "see another study")])
    return document


def _plain(node: Any) -> Any:
    """Round-trip nodes as plain Python values (pydantic's strict types refuse subclasses)."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def _faults(
    error: ValidationError, document: Any, model: type[BaseModel], name: str
) -> Iterator[Fault]:
    problems = error.errors()
    for problem in problems:
        place = problem["loc"]
        # a list with a faulty entry is also reported as too short: name the entry alone
        if any(other["loc"][: len(place)] == place != other["loc"] for other in problems):
            continue
        key = ".".join(str(part) for part in place) or None
        row = _line(document, place)
        value = problem.get("input")
        shown = None if value is None or isinstance(value, dict | list) else str(value)
        kind = problem["type"]
        if kind == "extra_forbidden":
            near = difflib.get_close_matches(str(place[-1]), _keys(model, place[:-1]), n=1)
            remedy = (
                f"did you mean {near[0]}?"
                if near
                else (f"valid keys here: {', '.join(_keys(model, place[:-1]))}")
            )
            yield Fault(name, f"unknown key {place[-1]}", remedy, row=row, column=key)
        elif kind == "missing":
            remedy = f"add {place[-1]}: {_description(model, place)}"
            yield Fault(name, f"{place[-1]} is missing", remedy, row=row, column=key)
        else:
            rule = problem["msg"].removeprefix("Value error, ")
            remedy = _description(model, place) or "mend this key"
            yield Fault(name, rule, remedy, row=row, column=key, value=shown)


def _line(document: Any, place: tuple[int | str, ...]) -> int | None:
    """Line of the deepest node on the way to `place` that stands in the file."""
    row: int | None = None
    node: Any = document
    for part in place:
        if isinstance(node, dict) and isinstance(part, str) and part not in node:
            # absent, or the name of the kind that pydantic puts between origin and its keys
            continue
        try:
            # ruamel keeps 0-based positions of keys and items in its lc attribute
            positions = node.lc
            position = positions.key(part) if isinstance(part, str) else positions.item(part)
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
        row = position[0] + 1
    return row


def _submodel(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The class that owns the keys at a place; of several kinds the one that knows the way on."""
    current = [model]
    named = False
    for part in place:
        # a position in a list, or a person's own name for one of several blocks
        if isinstance(part, int) or named:
            named = False
            continue
        kinds = _kinds(current)
        if part in kinds:
            current = [kinds[part]]
            continue
        found = [o.model_fields[part].annotation for o in current if part in o.model_fields]
        named = any(get_origin(annotation) is dict for annotation in found)
        current = [inner for annotation in found for inner in _models_in(annotation)]
        if not current:
            return None
    return current[0]


def _kinds(models: list[type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Classes of a union by the word that tells them apart; pydantic puts it into the place."""
    named = {}
    for model in models:
        kind = model.model_fields.get("kind")
        for word in getattr(kind.annotation, "__args__", ()) if kind is not None else ():
            named[str(word)] = model
    return named


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    arguments = getattr(annotation, "__args__", ())
    return [model for argument in arguments for model in _models_in(argument)]


def _keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    found = _submodel(model, place)
    return [] if found is None else list(found.model_fields)


def _description(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """The description of the innermost key that has one."""
    for end in range(len(place), 0, -1):
        part = place[end - 1]
        owner = _submodel(model, place[: end - 1])
        if isinstance(part, str) and owner is not None and part in owner.model_fields:
            return owner.model_fields[part].description or ""
    return ""
