"""A file of answers brought in by the browser: from the start button's task to the last row, workers off.

usage: python bench/browser_import.py [rows]
Answers to one NPS question with a date, a customer number and a comment, as a Finnish office writes them: csv with
semicolons in Windows-1252. One row in a thousand is bad. Beside it, the memory this process grew by.
"""

import resource
import sys
import time

import harness


def main(rows: int) -> None:
    # The whole product, as PostgreSQL must keep its statistics while tables grow from nothing.
    with harness.up() as running, harness.paused(running, "celery"):
        measure(rows)


def measure(rows: int) -> None:
    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Tenant
    from journeys.importing import uploads
    from journeys.models import Upload
    from surveys.models import Question, Response, Survey
    from surveys.questionnaire.publish import publish

    tenant = Tenant.objects.create(name="Bench", slug="bench-import", language="fi", timezone="Europe/Helsinki")
    lines = (
        f"{1 + n % 28}.{1 + n % 12}.2025 klo 12.{n % 60:02};{n % 11 if n % 1000 else 'ei'};{1000 + n % 50_000};"
        f"Hyvää työtä {n}"
        for n in range(rows)
    )
    data = ("Vastauspäivä;NPS;Asiakasnumero;Kommentti\r\n" + "\r\n".join(lines)).encode("cp1252")
    with activate(tenant.pk):
        survey = Survey.objects.create(name="After", slug="after")
        Question.objects.create(survey=survey, position=0, key="nps", metric="nps/0-10")
        Question.objects.create(survey=survey, position=1, key="reason", metric="comment")
        publish(survey)
        upload = uploads.keep(offer="responses:after", name="vastaukset.csv", data=data, sheet="")
        uploads.start(upload, columns=["answered_at", "answers.nps", "customer", "texts.reason"], sheet="")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    uploads.bring_in(tenant.pk, upload.pk)
    seconds = time.perf_counter() - began
    with activate(tenant.pk):
        done = Upload.objects.defer("content").get(pk=upload.pk)
        stored = Response.objects.count()
    if (done.state, stored) != ("done", rows - -(-rows // 1000)):
        raise SystemExit(f"{done.state}: {stored} of {rows} answers are there; {done.message}")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    harness.report(
        [
            (
                f"browser import of {rows:,} answers ({len(data) / 1e6:.1f} MB)",
                f"{rows / seconds:,.0f} rows/s ({seconds:.0f} s)",
                f"{done.rejected:,} rejected; memory grew by {grown:.0f} MB",
                "",
            )
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
