"""What no linter checks: short files, and the version in one place."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
SOURCES = {".py", ".cpp", ".hpp"}


def long_files() -> list[str]:
    """Source files longer than MOST_LINES."""
    problems = []
    for folder in ("cpp", "python", "tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SOURCES and "__pycache__" not in path.parts:
                lines = len(path.read_text(encoding="utf-8").splitlines())
                if lines > MOST_LINES:
                    problems.append(f"{path.relative_to(ROOT)}: {lines} lines, split it")
    return problems


def repeated_version() -> list[str]:
    """Other places that state a version of their own, and a missing changelog entry."""
    source = (ROOT / "python/heatgauge/_version.py").read_text(encoding="utf-8")
    found = re.findall(r'__version__ = "([^"]+)"', source)
    if len(found) != 1:
        return ["python/heatgauge/_version.py: must define __version__ once"]
    problems = []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if "version" in project:
        problems.append("pyproject.toml: the version belongs in python/heatgauge/_version.py")
    if re.search(r"project\([^)]*VERSION", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")):
        problems.append("CMakeLists.txt: the version belongs in python/heatgauge/_version.py")
    for path in sorted((ROOT / "python").rglob("*.py")):
        if path.name != "_version.py" and f'"{found[0]}"' in path.read_text(encoding="utf-8"):
            problems.append(f"{path.relative_to(ROOT)}: repeats the version {found[0]}")
    if f"## [{found[0]}]" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        problems.append(f"CHANGELOG.md: has no entry for {found[0]}")
    return problems


if __name__ == "__main__":
    problems = long_files() + repeated_version()
    if problems:
        sys.exit("\n".join(problems))
    print("style: files are short, the version is in one place")
