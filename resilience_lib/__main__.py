"""The verbs of `make`, which also work without make: python -m resilience_lib <verb>."""

from __future__ import annotations

import sys
import time

_BEGAN = time.monotonic()

if __name__ == "__main__":
    from resilience_lib.build.verbs import main

    sys.exit(main(sys.argv[1:], _BEGAN))
