"""What the readers' tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resilience_lib.errors import FaultsError

Place = tuple[str, int | None, str | None, str | None]


@pytest.fixture
def places() -> Callable[..., list[Place]]:
    """The faults of a call: file name, row, column and value of each; no fault fails the test."""

    def collect(read: Callable[..., object], *args: object, **options: object) -> list[Place]:
        with pytest.raises(FaultsError) as caught:
            read(*args, **options)
        for fault in caught.value.faults:
            assert fault.rule and fault.remedy
        return [
            (fault.file.rsplit("/", 1)[-1], fault.row, fault.column, fault.value)
            for fault in caught.value.faults
        ]

    return collect
