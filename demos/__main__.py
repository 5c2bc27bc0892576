"""python -m demos: the lessons in reading order; python -m demos NAME: one of them."""

import sys

from demos.helpers.command_line import run
from engine.terminal import run_command

if __name__ == "__main__":  # what it starts in processes of their own imports it
    run_command(lambda: run(sys.argv[1:]))
