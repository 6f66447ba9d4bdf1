"""Pseudonyms: ids that identify a child are replaced by keyed sums before anything is written."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from resilience_lib.codebook.load import load_codebook
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative

_DIGITS = 16


def key_path(study: str) -> Path:
    """The secret of a study, beside its raw files and as little committed as they are."""
    return raw(study) / "pseudonyms.key"


def lay_key(study: str) -> list[str]:
    """Make the secret where the codebook asks for pseudonyms and there is none yet.

    Parameters
    ----------
    study : str

    Returns
    -------
    list of str
        A sentence, where it was made; else empty.
    """
    wanted = any(v.sensitive == "pseudonymise" for v in load_codebook(study).variables)
    path = key_path(study)
    if not wanted or path.exists():
        return []
    # nobody else may read it, not even for a moment, and half a key is none
    partial = path.with_name(f".{path.name}.partial")
    partial.touch(mode=0o600)
    partial.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    partial.replace(path)
    return [
        f"wrote {relative(path)}: keep it with the raw files and give it to nobody; with "
        "another key every pseudonym changes"
    ]


def pseudonyms(study: str) -> Callable[[str], str]:
    """The function from an id to its pseudonym.

    The pseudonym is the first 16 hexadecimal digits of HMAC-SHA-256 of the id under the study's
    secret (RFC 2104): the same id gives the same pseudonym in every file, and without the secret
    nobody can try out all pupil numbers. Of 100,000 pupils two share one with a probability of
    3 in 10 thousand million.

    Parameters
    ----------
    study : str

    Returns
    -------
    callable
        From str to str.

    Raises
    ------
    FaultsError
        From the function: the secret is not there.
    """
    path = key_path(study)
    key = path.read_bytes().strip() if path.exists() else b""

    def pseudonym(id_: str) -> str:
        if not key:
            rule = "the codebook asks for pseudonyms, and their key is not there"
            remedy = f"run: make fetch STUDY={study} (or get the key from the study's team)"
            if path.exists():
                rule = "the key of the pseudonyms is not empty"
                remedy = "put the team's key back; another key changes every pseudonym"
            raise FaultsError([Fault(relative(path), rule, remedy)])
        return "P" + hmac.new(key, id_.encode(), hashlib.sha256).hexdigest()[:_DIGITS].upper()

    return pseudonym
