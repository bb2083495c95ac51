"""`python -m lastlap` is `lastlap`."""

import sys

from lastlap.cli import main

if __name__ == "__main__":
    sys.exit(main())
