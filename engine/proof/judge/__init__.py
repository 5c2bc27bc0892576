"""Judge any engine: its properties, one by one, and the smallest program where one fails."""

from engine.proof.judge.adapters import Adapter as Adapter
from engine.proof.judge.bench import NotOffered as NotOffered
from engine.proof.judge.process import CannotJudge as CannotJudge
from engine.proof.judge.properties import PROPERTIES as PROPERTIES
from engine.proof.judge.property import EngineError as EngineError
from engine.proof.judge.property import Property as Property
from engine.proof.judge.scorecard import Scorecard as Scorecard
from engine.proof.judge.scorecard import check_engine as check_engine
