"""python -m demos: the lessons in reading order; python -m demos NAME: one of them."""

import os
import sys

from demos.helpers.command_line import run
from engine.terminal import prepare_terminal

if __name__ == "__main__":  # what it starts in processes of their own imports it
    prepare_terminal()
    try:
        run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
