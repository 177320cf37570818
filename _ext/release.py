"""Put together what a release carries, in ``_build/release``. Run by ``make release``.

The site as a zip file, which opens from any folder; the whole book as one PDF; and the data as a
data package.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import paper

ROOT = Path(__file__).parent.parent
RELEASE = ROOT / "_build" / "release"


def pack(folder: Path, archive: Path, name: str) -> None:
    """Write all files of a folder into a zip file, under one name; the same files, the same zip."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.name == ".built":
                continue
            about = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}")
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            packed.writestr(about, path.read_bytes())


def main() -> None:
    """Make the three files, and say how large they are."""
    shutil.rmtree(RELEASE, ignore_errors=True)
    RELEASE.mkdir(parents=True)
    pack(ROOT / "_build" / "html", RELEASE / "mutual-aid.zip", "mutual-aid")
    pack(ROOT / "data", RELEASE / "mutual-aid-data.zip", "mutual-aid-data")
    paper.main(RELEASE / "mutual-aid.pdf")
    for path in sorted(RELEASE.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
