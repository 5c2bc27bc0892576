"""python -m demos: the list of lessons; python -m demos NAME: one of them."""

import sys

from demos.lesson import run

run(sys.argv[1:])
