"""`python -m lanka`: the CLI behind `./lanka`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["lanka", *sys.argv[1:]])


if __name__ == "__main__":
    main()
