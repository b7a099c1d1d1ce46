"""The platform: what every room of it stands on."""

import os

# Before anything imports numpy. Our matrices are small and our processes many: threads of linear algebra only wait for
# each other's turn on the same cores, and six sevenths of the time that a forecast took were spent on that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
