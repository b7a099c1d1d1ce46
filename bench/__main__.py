"""All benchmarks one after the other, each in a process and an installation of its own.

usage: python -m bench [name ...]     (names of the files beside this one, without .py)
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__main__", "cpu", "harness", "seed_paths", "seed_promises", "seed_rollups", "world"}


def main(names: list[str]) -> int:
    known = sorted(file.stem for file in HERE.glob("*.py") if file.stem not in NOT_BENCHMARKS)
    if unknown := set(names) - set(known):
        print(f"No benchmark called {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    failed = 0
    for name in names or known:
        print(f"\n{name}", flush=True)
        failed |= subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
