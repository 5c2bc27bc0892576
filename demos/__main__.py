"""python -m demos: the list of lessons; python -m demos NAME: one of them."""

import sys

from demos.helpers.command_line import run

run(sys.argv[1:])
