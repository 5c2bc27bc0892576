"""python -m demos: the lessons in reading order; python -m demos NAME: one of them."""

import sys

from demos.helpers.command_line import run

run(sys.argv[1:])
