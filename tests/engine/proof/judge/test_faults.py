"""Faults of real engines, each planted in a right one: found, and by the smallest program."""

import os

import pytest

from engine.proof import PROPERTIES
from engine.proof.judge.property import EngineError
from tests.engine.proof.judge import engines

thorough = pytest.mark.skipif(
    os.environ.get("HYPOTHESIS_PROFILE") != "thorough", reason="takes seconds"
)
BY_NAME = {property.name: property for property in PROPERTIES}

# The engine, the property that it lacks, and the lines of the smallest program, without imports.
FAULTS = [
    # the backward pass
    (engines.InteriorAddsUp, "backward twice", 5),
    (engines.InteriorAddsUp, "two outputs that share nodes", 6),
    (engines.LeavesStartAnew, "backward twice", 5),
    (engines.LeavesStartAnew, "two outputs that share nodes", 5),
    (engines.LeafDoesNotAddUp, "a leaf as output", 4),
    (engines.SeedOfTwo, "a leaf as output", 3),
    (engines.SeedOfTwo, "a + n", 4),
    (engines.ZeroesWhenUsed, "gradients are set to 0 by hand", 5),
    (engines.ForgetsBetween, "gradients in between", 5),
    (engines.SetOfEdges, "a node used twice", 4),
    (engines.Overwrites, "a node used twice", 4),
    (engines.OrderOfDiscovery, "topological order", 6),
    (engines.NoOrder, "topological order", 5),
    (engines.OrderOfHashes, "one answer for any hashes", 8),
    # its size
    (engines.Recursive, "depth 10,000", 6),
    (engines.DepthOverFiftyIsLost, "depth 10,000", 6),
    (engines.TwentiethLeafIsLost, "a sum of 10,000", 6),
    (engines.NodesOverAThousandAreLost, "a sum of 10,000", 6),
    (engines.FifthUseIsLost, "a node used 10,000 times", 7),
    (engines.NodeForEachPath, "2^40 paths", 6),
    (engines.LooksThroughAList, "cost that grows with the nodes", 13),
    # operations
    (engines.WrongSignOfSubtract, "a - b", 5),
    (engines.SwappedSubtract, "n - a", 4),
    (engines.SwappedDivide, "n / a", 4),
    (engines.NoReflectedSubtract, "n - a", 4),
    (engines.MultipliesByGradient, "a * b", 5),
    (engines.LosesTheGraph, "a / b", 5),
    (engines.AddsInPlace, "a += b", 6),
    (engines.WrongExponent, "a ** n", 4),
    (engines.PowersOverwrite, "a node used twice", 5),
    (engines.ExpIgnoresWhatArrives, "a.exp()", 5),
    (engines.SigmoidIgnoresWhatArrives, "a.sigmoid()", 5),
    (engines.InvIgnoresWhatArrives, "a.inv()", 5),
    (engines.InvWithEpsilon, "a.inv()", 4),
    (engines.LogWithEpsilon, "a.log()", 4),
    (engines.LogWithEpsilon, "finite differences", 4),
    (engines.TanhWithRelusSlope, "a.tanh()", 4),
    (engines.ReluLetsNegativesThrough, "a.relu()", 4),
    # edges
    (engines.ReluOfZero, "corners", 4),
    (engines.PowersOfZero, "powers at 0", 4),
    (engines.ComplexPowers, "powers of negatives", 4),
    (engines.DivisionGivesInf, "division by 0", 5),
    (engines.LogGivesNan, "logarithms of 0 and below", 4),
    (engines.TanhByExp, "large numbers", 4),
    (engines.TanhByExp, "tiny numbers", 4),
    (engines.SigmoidOverflows, "large numbers", 4),
    # nodes and memory
    (engines.ReadsDataLate, "numbers changed before backward", 6),
    (engines.AbsChangesItsInput, "inputs stay as they are", 4),
    (engines.SharedConstants, "equal numbers are two nodes", 5),
    (engines.EqualByNumber, "a node is itself", 3),
    (engines.StringsAreNumbers, "no numbers", 3),
    (engines.Backwards, "comparisons", 3),
    (engines.DividesWhole, "whole numbers", 4),
    (engines.KeepsATape, "freed when dropped", 13),
    (engines.HoldsItself, "freed without the collector", 13),
    (engines.CopiesByRecursion, "copies of depth 10,000", 7),
    (engines.CopiesShareLeaves, "a copy is a graph of its own", 6),
    # what ends the process
    (engines.Crashes, "a.relu()", 4),
    (engines.Exits, "a.relu()", 4),
    (engines.Hangs, "a.relu()", 4),
    (engines.EatsMemory, "a.relu()", 4),
    (engines.Recurses, "a.relu()", 4),
    (engines.AsksAndTalks, "a.relu()", 4),
    (engines.RaisesNonsense, "a.relu()", 4),
]
NETS = [
    (engines.CutsShort, "net: too few inputs", 5),
    (engines.CutsShort, "net: too many inputs", 5),
    (engines.NoBiases, "net: a bias for each neuron", 4),
    (engines.SharesNeurons, "net: nothing shared", 5),
    (engines.OneIsNoList, "net: one neuron in a row", 5),
    (engines.StartsAtZero, "net: neurons start apart", 5),
    (engines.LosesGradients, "net: gradients", 7),
]

# Found while the time of a program runs out, or by timing it: some seconds each.
SLOW = {engines.NodeForEachPath, engines.LooksThroughAList, engines.Hangs}


def named(found):
    return [
        pytest.param(*each, id=f"{each[0].__name__}: {each[1]}", marks=marks_of(each[0]))
        for each in found
    ]


def marks_of(engine):
    return [thorough] if engine in SLOW else []


def finding_of(name, engine, net=None):
    with pytest.raises(EngineError) as caught:
        BY_NAME[name].check(engine, net=net)
    return caught.value.finding


@pytest.mark.parametrize(("engine", "name", "lines"), named(FAULTS))
def test_a_fault_is_found_by_the_smallest_program(engine, name, lines):
    finding = finding_of(name, engine)
    assert len(finding.failure.python().splitlines()) == lines
    assert finding.lacks.name in f"{finding}" and finding.lacks.why in f"{finding}"


@pytest.mark.parametrize(("net", "name", "lines"), named(NETS))
def test_a_fault_of_a_net_is_found(net, name, lines):
    assert len(finding_of(name, engines.Right, net).failure.python().splitlines()) == lines


def test_every_engine_here_is_found_out():
    planted = {
        engine
        for engine in vars(engines).values()
        if isinstance(engine, type) and engine.__module__ == engines.__name__
    }
    right = {engines.Right, engines.Single, engines.Net, engines.Neuron, engines.Sleeps}
    assert {engine for engine, *_ in FAULTS + NETS} == planted - right
