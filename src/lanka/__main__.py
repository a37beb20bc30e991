"""`python -m lanka`: the command line behind `./lanka`."""

import sys

from lanka.cli import main

if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # `./lanka check | head`
        sys.stderr.close()
        code = 141
    sys.exit(code)
