"""Builds the encoder's network as an ONNX graph and quantises it (set-up only)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.nlu.encoder.packed import PackedModel

_OPSET = 17
_FUSED = "com.microsoft"


class _Graph:
    """Collects nodes and weights under names."""

    def __init__(self) -> None:
        from onnx import helper, numpy_helper

        self._helper = helper
        self._numpy = numpy_helper
        self.nodes: list[object] = []
        self.weights: list[object] = []

    def weight(self, name: str, values: npt.NDArray[np.generic]) -> str:
        self.weights.append(self._numpy.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operation: str, *inputs: str, to: str, **attributes: object) -> str:
        self.add_all(operation, *inputs, to=[to], **attributes)
        return to

    def add_all(
        self, operation: str, *inputs: str, to: list[str], **attributes: object
    ) -> list[str]:
        node = self._helper.make_node(operation, list(inputs), to, name=to[0], **attributes)
        self.nodes.append(node)
        return to


def build_graph(model: PackedModel) -> bytes:
    """The network as a float32 ONNX model.

    Its input `rows` is (1, n, hidden), the word rows of the embedding table; its output
    `vector` is (1, hidden), the mean over all tokens with L2 norm 1.
    """
    from onnx import TensorProto, helper

    shape = model.shape
    graph = _Graph()
    hidden = _embed(graph, model)
    for layer in range(shape.layers):
        hidden = _layer(graph, model, hidden, layer)
    mean = graph.add("ReduceMean", hidden, to="mean", axes=[1], keepdims=0)
    graph.add("LpNormalization", mean, to="vector", axis=1, p=2)
    proto = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [1, "n", shape.hidden])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, shape.hidden])],
        graph.weights,
    )
    operators = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
    built = helper.make_model(proto, opset_imports=operators)
    built.ir_version = 8
    serialised: bytes = built.SerializeToString()
    return serialised


def _embed(graph: _Graph, model: PackedModel) -> str:
    shape = model.shape
    positions = model.tensor("emb.pos").reshape(-1, shape.hidden)
    kind = model.tensor("emb.type").reshape(-1, shape.hidden)[0]
    table = graph.weight("positions", positions + kind)
    size = graph.add("Shape", "rows", to="size", start=1, end=2)
    zero = graph.weight("zero", np.array([0], np.int64))
    used = graph.add("Slice", table, zero, size, zero, to="used_positions")
    total = graph.add("Add", "rows", used, to="embedded")
    return _norm(graph, model, total, "emb.ln")


def _norm(graph: _Graph, model: PackedModel, value: str, name: str) -> str:
    scale = graph.weight(f"{name}.w", model.tensor(f"{name}.w"))
    bias = graph.weight(f"{name}.b", model.tensor(f"{name}.b"))
    return graph.add(
        "LayerNormalization",
        value,
        scale,
        bias,
        to=f"{name}.out",
        axis=-1,
        epsilon=model.shape.epsilon,
    )


def _linear(graph: _Graph, model: PackedModel, value: str, *, names: list[str], to: str) -> str:
    width = model.shape.feed_forward if names[0].endswith("fo") else model.shape.hidden
    matrix = np.concatenate([model.tensor(f"{n}.w").reshape(-1, width) for n in names])
    bias = np.concatenate([model.tensor(f"{n}.b") for n in names])
    weight = graph.weight(f"{to}.w", matrix.T)
    product = graph.add("MatMul", value, weight, to=f"{to}.product")
    return graph.add("Add", product, graph.weight(f"{to}.b", bias), to=to)


def _layer(graph: _Graph, model: PackedModel, value: str, layer: int) -> str:
    at = f"l{layer}"
    attended = _attention(graph, model, value, at)
    mixed = _linear(graph, model, attended, names=[f"{at}.ao"], to=f"{at}.mixed")
    first = graph.add("Add", value, mixed, to=f"{at}.first")
    normed = _norm(graph, model, first, f"{at}.aln")
    wide = _linear(graph, model, normed, names=[f"{at}.fi"], to=f"{at}.wide")
    active = _gelu(graph, wide, at)
    narrow = _linear(graph, model, active, names=[f"{at}.fo"], to=f"{at}.narrow")
    second = graph.add("Add", normed, narrow, to=f"{at}.second")
    return _norm(graph, model, second, f"{at}.oln")


def _attention(graph: _Graph, model: PackedModel, value: str, at: str) -> str:
    names = [f"{at}.q", f"{at}.k", f"{at}.v"]
    joined = _linear(graph, model, value, names=names, to=f"{at}.qkv")
    parts = graph.add_all("Split", joined, to=[f"{name}.part" for name in names], axis=2)
    return graph.add(
        "MultiHeadAttention",
        *parts,
        to=f"{at}.attended",
        domain=_FUSED,
        num_heads=model.shape.heads,
    )


def _gelu(graph: _Graph, value: str, at: str) -> str:
    root = graph.weight(f"{at}.root", np.array(2**0.5, np.float32))
    one = graph.weight(f"{at}.one", np.array(1.0, np.float32))
    half = graph.weight(f"{at}.half", np.array(0.5, np.float32))
    divided = graph.add("Div", value, root, to=f"{at}.divided")
    error = graph.add("Erf", divided, to=f"{at}.erf")
    shifted = graph.add("Add", error, one, to=f"{at}.shifted")
    scaled = graph.add("Mul", value, shifted, to=f"{at}.gated")
    return graph.add("Mul", scaled, half, to=f"{at}.active")


def quantise(serialised: bytes, target: Path) -> None:
    """Writes the graph to `target` with int8 weights: dynamic, per channel, MatMul only."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        source = Path(scratch) / "float.onnx"
        source.write_bytes(serialised)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
