"""What other libraries have in the place of `nn`, and what to write here."""

import sys
from collections.abc import Callable
from typing import Final, NoReturn

from engine.elsewhere import no_such_name

_LAYER: Final = "Layer(n_inputs, n_outputs, {})"
_SOFTMAX: Final = "softmax_cross_entropy of the outputs, and engine.softmax for probabilities"
_ACTIVATIONS: Final = (
    "ReLU Tanh Sigmoid GELU SiLU ELU Mish Softplus Softsign Hardtanh LogSigmoid Identity".split()
)
_STEP: Final = "{}(n_inputs, n_hidden), whose states([x], state) makes a step"
_RATE: Final = "a schedule of nn.optim.schedules: learning_rate=cosine(rate, steps, last)"
_DATA: Final = "fit(model, loss, X, y, batch_size=32)"
_OF_ENGINE: Final = "draw explore formula gradients svg softmax relu sigmoid tanh".split()
_NORM: Final = "LayerNorm(size): each sample goes through alone, so there is no mean over a batch"

ELSEWHERE: Final = {
    "Linear": _LAYER.format('"identity"'),
    "Dense": _LAYER.format("activation"),
    **{name: _LAYER.format(f'"{name.lower()}"') for name in _ACTIVATIONS},
    "LeakyReLU": _LAYER.format("engine.leaky_relu"),
    "Softmax": _SOFTMAX,
    "LogSoftmax": _SOFTMAX,
    "CrossEntropyLoss": "softmax_cross_entropy",
    "NLLLoss": _SOFTMAX,
    "BCELoss": "binary_cross_entropy of the outputs without a sigmoid",
    "BCEWithLogitsLoss": "binary_cross_entropy",
    "MSELoss": "mean_squared_error",
    "L1Loss": "mean_absolute_error",
    "HuberLoss": "huber()",
    "SmoothL1Loss": "huber()",
    "MeanSquaredError": "mean_squared_error",
    "MeanAbsoluteError": "mean_absolute_error",
    "BinaryCrossentropy": "binary_cross_entropy of the outputs without a sigmoid",
    "CategoricalCrossentropy": "softmax_cross_entropy of the outputs without a softmax, and "
    "Y.argmax(axis=1) for one-hot rows Y",
    "SparseCategoricalCrossentropy": "softmax_cross_entropy of the outputs without a softmax",
    "cross_entropy": "softmax_cross_entropy",
    "Huber": "huber()",
    "Conv2D": "Conv2d",
    "MaxPooling2D": "MaxPool2d",
    "AveragePooling2D": "AvgPool2d",
    "SimpleRNN": "RNN",
    "LayerNormalization": "LayerNorm",
    "BatchNorm1d": _NORM,
    "BatchNorm2d": _NORM,
    "BatchNormalization": _NORM,
    "MLPClassifier": "Classifier",
    "MLPRegressor": "Regressor",
    "Parameter": "a Value as an attribute of a Module",
    "ModuleList": "a list as an attribute of a Module",
    "ModuleDict": "a dict as an attribute of a Module",
    "ParameterList": "a list as an attribute of a Module",
    "MultiheadAttention": "SelfAttention(size, heads=heads)",
    "MultiHeadAttention": "SelfAttention(size, heads=heads)",
    "init": "glorot_uniform or he_normal",
    "manual_seed": "seed(0)",
    "Transformer": "a Module of SelfAttention, LayerNorm and Layer",
    "ParameterDict": "a dict as an attribute of a Module",
    "utils": "Adam(parameters, clip_norm=1.0) for utils.clip_grad_norm_",
    "save": "the method of a model: model.save(path)",
    "functional": "the functions of engine, as engine.relu",
    **{name: f"the function of engine: engine.{name}" for name in _OF_ENGINE},
    "no_grad": "the one of engine: with engine.no_grad()",
    "Value": "the one of engine: engine.Value",
    "mse_loss": "mean_squared_error",
    "l1_loss": "mean_absolute_error",
    "binary_cross_entropy_with_logits": "binary_cross_entropy",
    "HingeLoss": "hinge",
    "hinge_loss": "hinge",
    **{f"{name}Cell": _STEP.format(name) for name in ("RNN", "GRU", "LSTM")},
    **dict.fromkeys(["DataLoader", "Dataset", "TensorDataset"], _DATA),
    "clip_grad_norm_": "Adam(parameters, clip_norm=1.0)",
    **dict.fromkeys(["lr_scheduler", "StepLR", "CosineAnnealingLR", "LambdaLR"], _RATE),
    **dict.fromkeys(["Adagrad", "Adadelta", "NAdam", "Adamax"], "Adam or RMSprop"),
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "Model": "Module",
    "Tensor": "a list of Values, which are in engine",
    "train": "fit(model, loss, X, y)",
    "evaluate": "predict(model, X) and a loss of what it returns",
    "load": "the method of a model that is made like the saved one: model.load(path)",
}


def all_in_nn(package: str) -> Callable[[str], NoReturn]:
    """The `__getattr__` of a package of nn: its names are asked of nn itself."""

    def refuse(name: str) -> NoReturn:
        ways = ELSEWHERE | {each: f"nn.{each}" for each in sys.modules["nn"].__all__}
        raise no_such_name(sys.modules[package], name, ways)

    return refuse
