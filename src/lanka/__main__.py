"""`python -m lanka`: the command line behind `./lanka`."""

import sys

from lanka.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
