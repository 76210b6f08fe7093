#!/usr/bin/env python3
"""Exports a checkpoint of han2020 to ONNX (opset 16), checks vectors against PyTorch into models/han2020/vectors.json,
and writes the model's entry into models/manifest.json.

    python3 models/training/export.py --checkpoint .training/han2020/checkpoint.pt --models models
"""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import checker, helper, numpy_helper

from networks import Han2020

# (network, input name, output name, input channels, side of the test input, stride)
NETWORKS = (
    ("encoder", "residual", "code", 3, 64),
    ("decoder", "code", "residual", 32, 4),
    ("post", "picture", "restored", 3, 64),
)


def lcg(n, seed):
    """Numbers in [0, 1) that a test in any language can make again: x -> (1664525 x + 1013904223) mod 2^32."""
    out = np.empty(n, np.float32)
    x = seed
    for i in range(n):
        x = (1664525 * x + 1013904223) % 2**32
        out[i] = (x >> 8) / 2**24
    return out


def test_input(name, channels, side, seed=1):
    u = lcg(channels * side * side, seed).reshape(1, channels, side, side)
    if name == "encoder":
        u = (u - 0.5) / 4
    if name == "decoder":
        u = (u > 0.5).astype(np.float32)
    return torch.from_numpy(u)


def write_onnx(network, inputs, output, path, half_weights=False):
    """`inputs` by name, all of the same batch size; sides and batch stay free. `half_weights`: see `halve`."""
    extra = {"dynamo": False} if torch.__version__ >= "2" else {}
    axes = {name: {0: "n", 2: "h", 3: "w"} for name in inputs}
    torch.onnx.export(network, tuple(inputs.values()), str(path), opset_version=16, input_names=[*inputs], output_names=[output],
                      dynamic_axes={**axes, output: {0: "n", 2: "h2", 3: "w2"}}, **extra)
    if half_weights:
        halve(path)
    data = path.read_bytes()
    return {"path": f"{path.parent.name}/{path.name}", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def round_weights(network):
    """To what float16 holds."""
    with torch.no_grad():
        for p in network.parameters():
            p.copy_(p.half().float())


def halve(path):
    """Stores weights as float16, to be downloaded in half the bytes; they are cast when a session is made, which computes in float32."""
    model = onnx.load(str(path))
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        weights = numpy_helper.to_array(tensor)
        half = weights.astype(np.float16)
        assert (half.astype(np.float32) == weights).all(), f"{tensor.name} was not rounded before the export"
        casts.append(helper.make_node("Cast", [tensor.name + "_half"], [tensor.name], to=onnx.TensorProto.FLOAT))
        tensor.CopyFrom(numpy_helper.from_array(half, tensor.name + "_half"))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    checker.check_model(model)
    onnx.save(model, str(path))


def vector(network, inputs):
    """A spread of single values and the mean: enough to notice any wrong weight or layout."""
    with torch.no_grad():
        y = network(*inputs.values()).numpy().ravel()
    picks = np.linspace(0, y.size - 1, 64).astype(int)
    shape = list(next(iter(inputs.values())).shape)
    return {"seed": 1, "shape": shape, "at": picks.tolist(), "values": [round(float(v), 7) for v in y[picks]], "mean": float(y.mean())}


def write_model(models, id, vectors, entry):
    """The model's vectors, and its entry in the manifest beside those of the others."""
    (models / id / "vectors.json").write_text(json.dumps(vectors, indent=1) + "\n")
    path = models / "manifest.json"
    manifest = json.loads(path.read_text()) if path.exists() else {"default": id, "models": {}}
    manifest["models"][id] = {**entry, "trainedOn": f"see {id}/card.md"}
    path.write_text(json.dumps(manifest, indent=2) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", help="absent: untrained weights")
    p.add_argument("--models", default=str(Path(__file__).resolve().parents[1]))
    p.add_argument("--id", default="han2020")
    o = p.parse_args()
    torch.manual_seed(0)
    model = Han2020()
    if o.checkpoint:
        model.load_state_dict(torch.load(o.checkpoint, map_location="cpu")["average"])
    model.eval()
    folder = Path(o.models) / o.id
    folder.mkdir(parents=True, exist_ok=True)
    files, vectors = {}, {}
    for name, source, target, channels, side in NETWORKS:
        network = getattr(model, name)
        inputs = {source: test_input(name, channels, side)}
        files[name] = write_onnx(network, inputs, target, folder / f"{name}.onnx")
        vectors[name] = vector(network, inputs)
    write_model(Path(o.models), o.id, vectors, {
        "family": "han2020",
        "files": files,
        "codeChannels": 32,
        "stride": 16,
        "tile": 512,
        "overlap": {"encoder": 32, "decoder": 48, "post": 64},
    })
    print(json.dumps({name: f["bytes"] for name, f in files.items()}))


if __name__ == "__main__":
    main()
