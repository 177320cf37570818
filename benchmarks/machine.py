"""What measured times depend on: the machine, the day, and the versions."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import re
from pathlib import Path


def machine(*libraries: str) -> dict[str, str | float]:
    """Return day, processor, memory, load, and the versions of Python and some libraries."""
    about = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*: (.*)$", about.read_text() if about.exists() else "", re.M)
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "processor": named[1] if named else platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "memory_gibibytes": round(
            os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1
        ),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in libraries},
    }
