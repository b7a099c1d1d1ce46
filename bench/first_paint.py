"""When the leadership page is first seen: first and largest contentful paint by Lighthouse, simulated.

usage: python bench/first_paint.py URL COOKIE [runs]
URL is the page of a running system and COOKIE the `name=value` of a signed-in session. Needs Node (npx fetches
lighthouse 12.8) and Chromium. The laptop that is simulated: Lighthouse's desktop (40 ms, 10 Mbit/s) with a processor of
half this machine's speed. What is told is the median of the runs, cold cache each.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import harness

WANTED_MS = {"first-contentful-paint": 1000, "largest-contentful-paint": 1500}
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking"


def main(url: str, cookie: str, runs: int) -> int:
    found = [audits(url, cookie) for _ in range(runs)]
    rows = []
    for name, wanted in WANTED_MS.items():
        told = [one[name] for one in found]
        rows.append((name, f"{statistics.median(told):.0f} ms", f"{min(told):.0f}…{max(told):.0f}", f"{wanted} ms"))
    for name, unit in (("total-byte-weight", "KB"), ("total-blocking-time", "ms"), ("server-response-time", "ms")):
        told = [one[name] / (1024 if unit == "KB" else 1) for one in found]
        rows.append((name, f"{statistics.median(told):.0f} {unit}", f"{min(told):.0f}…{max(told):.0f}", ""))
    harness.report(rows)
    return 0


def audits(url: str, cookie: str) -> dict[str, float]:
    """The numbers of one cold visit, in ms and bytes."""
    with tempfile.TemporaryDirectory() as folder:
        headers, report = Path(folder, "headers.json"), Path(folder, "report.json")
        headers.write_text(json.dumps({"Cookie": cookie}))
        command = [
            *("npx", "--yes", "lighthouse@12.8", url, "--quiet", "--only-categories=performance", "--preset=desktop"),
            *("--throttling.cpuSlowdownMultiplier=2", f"--chrome-flags={CHROMIUM}", f"--extra-headers={headers}"),
            *("--output=json", f"--output-path={report}"),
        ]
        chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
        subprocess.run(command, check=True, timeout=300, env={**os.environ, "CHROME_PATH": chromium})
        told = json.loads(report.read_text())
    if told.get("runtimeError") or told["finalDisplayedUrl"].rstrip("/") != url.rstrip("/"):
        raise SystemExit(f"{url} was not opened: {told.get('runtimeError') or told['finalDisplayedUrl']}")
    names = [*WANTED_MS, "total-byte-weight", "total-blocking-time", "server-response-time"]
    return {name: float(told["audits"][name]["numericValue"]) for name in names}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 3))
