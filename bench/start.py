"""`make up` to Ready in an empty data folder with the packages installed: without and with the demo company.

Beside it: the memory of all processes, idle, shared pages counted once.
"""

import time

import harness


def main() -> None:
    rows = []
    for title, demo, wanted in (("without the demo (CX_DEMO=0)", "0", "15 s"), ("with the demo counted", "1", "60 s")):
        with harness.up(CX_DEMO=demo) as running:
            time.sleep(5)
            rows.append(
                (
                    f"make up to Ready, {title}",
                    f"{running.seconds_to_ready:.1f} s",
                    f"idle memory {running.memory_mb():,.0f} MB",
                    f"{wanted}; 1,200 MB",
                )
            )
    harness.report(rows)


if __name__ == "__main__":
    main()
