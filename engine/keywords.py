"""A call with other keywords than there are, or too few arguments, is told what to write."""

import os
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, signature
from math import inf
from numbers import Real
from typing import Any, Final, ParamSpec, TypeVar

from engine.by_number import ByNumber
from engine.messages import brief, shown

P = ParamSpec("P")
R = TypeVar("R")

# Other libraries' names, where spelling alone does not lead to ours; of several, which there is
SYNONYMS: Final = {
    "X": "samples",
    "x": "samples",
    "y": "targets",
    "criterion": "loss",
    "eta": "learning_rate",
    "lr": "learning_rate",
    "step_size": "learning_rate",
    "alpha": "decay",
    "rho": "decay",
    "eps": "epsilon tolerance",
    "max_norm": "clip_norm",
    "wd": "weight_decay",
    "iterations": "epochs",
    "max_iter": "epochs",
    "n_iter": "epochs",
    "batch": "batch_size",
    "eval_set": "validation",
    "file": "path",
    "filename": "path",
    "filepath": "path",
    "fname": "path",
    "random_state": "seed",
    "rng": "seed",
    "verbose": "progress",
    "nonlin": "activation",
    "nonlinearity": "activation",
    "nin": "n_inputs",
    "in_features": "n_inputs",
    "nout": "n_outputs",
    "out_features": "n_outputs",
    "nouts": "sizes",
    "hidden": "sizes",
    "hidden_layer_sizes": "sizes",
    "hidden_sizes": "sizes",
    "p": "probability",
    "rate": "learning_rate probability",
    "input_size": "n_inputs",
    "hidden_size": "n_hidden",
    "hidden_dim": "n_hidden",
    "units": "n_outputs n_hidden",
    "hidden_units": "n_hidden sizes",
    "layer_sizes": "sizes",
    "hidden_layers": "sizes",
    "use_bias": "bias",
    "normalized_shape": "size",
    "filters": "out_channels",
    "strides": "stride",
    "kernel_size": "kernel size",
    "pool_size": "size",
    "beta": "delta beta1 beta2",
    "num_embeddings": "n_tokens",
    "embedding_dim": "size",
    "embed_dim": "size",
    "num_heads": "heads",
    "is_causal": "causal",
    "elementwise_affine": "gain",
    "rankdir": "direction",
    "atol": "tolerance",
    "rtol": "tolerance",
    "tol": "tolerance",
    "h": "tolerance",
    "print_every": "progress",
}
# What stands elsewhere
ELSEWHERE: Final = {
    "betas": "beta1= and beta2=",
    "learning_rate": "optimizer=Adam(model.parameters(), learning_rate=0.01)",
    "weight_decay": "AdamW, or a penalty in the loss: loss + L2(0.01, weights)",
    "seed": "rng=random.Random(0)",
    "validation_split": "validation=(samples, targets)",
    "class_weight": "a loss of your own: choose(t, weights) * softmax_cross_entropy([z], [t])",
    "sample_weight": "a loss of your own, whose targets are rows (target, weight)",
    "save_best_only": "EarlyStopping(), which keeps it",
    "num_layers": "one after the other into Sequential",
    "batch_first": "nothing: one sample is a list of steps",
    "create_graph": "nothing: what comes out is a graph, which may be differentiated again",
    "device": "nothing: all runs on the CPU",
    "dtype": "nothing: a number is a float",
    "format": "save(path) of the result: the ending of the path is the format",
    "latex": 'style="latex"',
    "metrics": "nothing: history.accuracies has them where the loss is one of classes",
    "path": "save(path) of the result",
    "raise_exception": "nothing: GradientError is raised where two disagree",
    "requires_grad": "nothing: only what an optimizer is given is learned",
    "retain_graph": "nothing: the graph stays as long as its output",
    "shuffle": "nothing: each epoch has a random order, which the seed decides",
    "tolerance": "nothing: finite differences bound their own error",
}
# Of these some hold only where there is this parameter: for a graph, a proof or a training
ONLY_BESIDE: Final = {
    **dict.fromkeys(["create_graph", "retain_graph"], "inputs"),
    **dict.fromkeys(["format", "path"], "output"),
    **dict.fromkeys(["raise_exception", "tolerance"], "function"),
    **dict.fromkeys(["metrics", "shuffle"], "epochs"),
    **dict.fromkeys(["class_weight", "sample_weight"], "loss"),
    "save_best_only": "resume",
}
ALIKE: Final = 0.7  # from which on a name is likely a misspelled one


def explain_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """The same function; a wrong keyword, a setting without one, or what is missing, says what to
    write instead.

    >>> @explain_keywords
    ... def train(model, *, epochs=1, learning_rate=0.1):
    ...     return epochs
    >>> train("net", n_epochs=3)
    Traceback (most recent call last):
    TypeError: train: there is no n_epochs=, write epochs=
    >>> train("net", 3)
    Traceback (most recent call last):
    TypeError: train: settings are given by name: write epochs=, learning_rate=
    >>> train(epochs=3)
    Traceback (most recent call last):
    TypeError: train(epochs=3) was called, but train(model) is needed
    """
    parameters = signature(function).parameters.values()
    named = [each.name for each in parameters if each.kind is Parameter.KEYWORD_ONLY]
    positional = [each for each in parameters if each.kind is Parameter.POSITIONAL_OR_KEYWORD]
    unnamed = [each.name for each in positional]
    needed = [each.name for each in positional if each.default is each.empty]
    takes_any = any(each.kind is Parameter.VAR_POSITIONAL for each in parameters)
    most = inf if takes_any else len(unnamed)
    name, of_class = function.__name__, unnamed[:1] == ["self"]

    @wraps(function)
    def explained(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = of_class and bool(args) and hasattr(args[0], name)  # MLP.load("path") is not
        who = type(args[0]).__name__ if bound and name == "__init__" else name
        for keyword in kwargs:
            if keyword not in named and keyword not in unnamed:
                meant = find_meant(keyword, [*named, *unnamed])
                raise TypeError(f"{who}: there is no {brief(keyword)}=, {meant}")
        if named and len(args) > most:
            if is_path(given := args[len(unnamed)]) and "output" in unnamed:
                maker = "draw" if who == "svg" else who  # which gives a text
                raise TypeError(f"{who}: to save the result, write {maker}(…).save({shown(given)})")
            names = ", ".join([f"{each}=" for each in named])
            raise TypeError(f"{who}: settings are given by name: write {names}")
        if len(args) > most or not kwargs.keys() >= set(needed[len(args) :]):
            call = function.__get__(args[0]) if bound else function
            raise TypeError(refused_call(call, args[bound:], kwargs, name=who))
        return function(*args, **kwargs)

    return explained


def find_meant(keyword: str, known: list[str]) -> str:
    """To write the known name that is likely meant, or what stands in its place; or all there are.

    >>> find_meant("lr", ["momentum", "learning_rate"]), find_meant("qqq", ["epochs", "loss"])
    ('write learning_rate=', 'but epochs=, loss=')
    """
    names = SYNONYMS.get(keyword, keyword).split()
    for name in names:
        elsewhere = ELSEWHERE.get(name, "")
        setting, given, _ = elsewhere.partition("=")
        is_true = ONLY_BESIDE.get(name) in (None, *known) and (not given or setting in known)
        if elsewhere and is_true and not {*names} & {*known}:
            return f"write {elsewhere}"
    alike = [each for each in known if SYNONYMS.get(each, each) in names]
    begun = [each for each in known if each.startswith(keyword)]
    close = alike or begun or get_close_matches(names[0], known, n=1, cutoff=ALIKE)
    names = [f"{each}=" for each in close or known if each != "self"]
    return f"{'write' if close else 'but'} {', '.join(names)}"


def is_path(given: object) -> bool:
    """Whether it is a path, or a text that ends as the name of a file does.

    >>> is_path("net.svg"), is_path("tanh"), is_path("Lecture 1.5")
    (True, False, False)
    """
    is_text = isinstance(given, str) and os.path.splitext(given)[1][1:].isalpha()
    return is_text or isinstance(given, os.PathLike)


def refused_call(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], *, name: str
) -> str:
    """What is said of arguments that a function does not take, such as numbers one by one.

    >>> refused_call(lambda inputs: inputs, (1.0, 2.0), {}, name="model")
    'model(1.0, 2.0) was called, but model(inputs) is needed: write model([1.0, 2.0])'
    """
    every = signature(function).parameters.values()
    unnamed = [each for each in every if each.kind is not Parameter.KEYWORD_ONLY]
    optional = unnamed if len(args) > len(unnamed) else []  # told where there are too many
    parameters = [each for each in every if each.default is Parameter.empty or each in optional]
    needed = ", ".join(
        [
            f"{each.name}=…"
            if each.kind is Parameter.KEYWORD_ONLY
            else str(each.replace(annotation=Parameter.empty))
            for each in parameters
        ]
    )
    items = ", ".join([*map(shown, args), *(f"{key}={shown(x)}" for key, x in kwargs.items())])
    numbers = args and not kwargs and all(isinstance(x, (ByNumber, Real)) for x in args)
    hint = f": write {name}([{brief(items)}])" if numbers and len(parameters) == 1 else ""
    return f"{name}({brief(items)}) was called, but {name}({needed}) is needed{hint}"
