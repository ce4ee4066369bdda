"""check_dist.py FOLDER CMAKECACHE: what the sdist and the wheel in FOLDER hold."""

import re
import sys
import tarfile
import zipfile
from pathlib import Path

SDIST_NEEDS = {
    "CMakeLists.txt",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "cpp/CMakeLists.txt",
    "python/heatgauge/__init__.py",
    "python/heatgauge/_core.pyi",
    "tests/cpp/CMakeLists.txt",
    "tests/python/test_package.py",
}
SDIST_MUST_NOT = re.compile(r"^(build|dist|\.venv|\.ci|\.git)(/|$)|__pycache__|\.so$|\.o$")
WHEEL_NEEDS = {"heatgauge/__init__.py", "heatgauge/_core.pyi", "heatgauge/py.typed"}


def sdist_problems(folder: Path) -> list[str]:
    """What the sdist lacks or should not hold."""
    (path,) = folder.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    problems = [f"sdist lacks {name}" for name in sorted(SDIST_NEEDS - names)]
    problems += [f"sdist holds {name}" for name in sorted(names) if SDIST_MUST_NOT.search(name)]
    print(f"{path.name}: {len(names)} files, {path.stat().st_size} bytes")
    return problems


def wheel_problems(folder: Path) -> list[str]:
    """What the wheel lacks or should not hold."""
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        shared = [name for name in names if ".so" in Path(name).suffixes]
        code = b"".join(archive.read(name) for name in shared)
    problems = [f"wheel lacks {name}" for name in sorted(WHEEL_NEEDS - names)]
    if len(shared) != 1 or not shared[0].startswith("heatgauge/_core."):
        problems.append(f"wheel must hold one library, heatgauge/_core, but holds {shared}")
    # libgomp hangs in a forked child; its name stands in the library if it is linked
    problems += [
        f"{shared} links {name}" for name in ("libgomp", "libomp") if name.encode() in code
    ]
    for name in sorted(names):
        top = name.split("/")[0]
        if top != "heatgauge" and not top.endswith(".dist-info"):
            problems.append(f"wheel holds {name}")
    print(
        f"{path.name}: {len(names)} files, {path.stat().st_size} bytes, library {len(code)} bytes"
    )
    return problems


def eigen_problems(cache: Path) -> list[str]:
    """An Eigen of the system must not win over the one the build requires."""
    found = re.search(r"^Eigen3_DIR:PATH=(.*)$", cache.read_text(encoding="utf-8"), re.MULTILINE)
    print(f"Eigen: {found[1] if found else None}")
    if not found or "cmeel.prefix" not in found[1]:
        return ["the wheel was not built with Eigen from cmeel-eigen"]
    return []


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    problems = sdist_problems(folder) + wheel_problems(folder) + eigen_problems(Path(sys.argv[2]))
    if problems:
        sys.exit("\n".join(problems))
