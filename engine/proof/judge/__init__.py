"""Judge any engine: its properties, one by one, and the smallest program where one fails.

- `subject`: what is judged; `adapters`: a few lines that give a foreign class this interface
- `properties/`: what is true of a right engine; `property`: what one is
- `operations`, `graphs`, `draft`: the programs that show it, while they are written
- `program`: one of them, what is asked of it, and what is wrong with an answer
- `bench`: runs them, in a `process` of its own, where `worker` answers; `precision`: of its floats
- `search`: the smallest one that fails
- `scorecard`: every property holds, fails or is not offered; `page`: as HTML; `command_line`
"""

from engine.proof.judge.adapters import Adapter as Adapter
from engine.proof.judge.bench import NotOffered as NotOffered
from engine.proof.judge.process import CannotJudge as CannotJudge
from engine.proof.judge.properties import PROPERTIES as PROPERTIES
from engine.proof.judge.property import EngineError as EngineError
from engine.proof.judge.property import Property as Property
from engine.proof.judge.scorecard import Scorecard as Scorecard
from engine.proof.judge.scorecard import check_engine as check_engine
