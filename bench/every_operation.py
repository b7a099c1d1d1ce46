"""Try every operation of the REST schema with many random examples: `uv run python bench/every_operation.py 500`."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["CX_EXAMPLES"] = sys.argv[1] if len(sys.argv) > 1 else "500"
    sys.exit(pytest.main(["tests/api/test_every_operation.py", "-q", "-x"]))
