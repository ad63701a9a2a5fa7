"""Holds a prepared folder against what PyTorch itself makes of source and target: same names, dtypes and values."""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file


def state_dict(path: str) -> dict[str, torch.Tensor]:
    loaded = torch.load(path, map_location="cpu", weights_only=True)
    return loaded.get("state_dict", loaded)


def prepared(folder: Path) -> dict[str, torch.Tensor]:
    if (folder / "model.pt").exists():
        return torch.load(folder / "model.pt", weights_only=True)
    return {k: v for f in sorted(folder.glob("*.safetensors")) for k, v in load_file(f).items()}


def main(folder: str, source_path: str, target_path: str, dtype: str) -> None:
    source, target = state_dict(source_path), state_dict(target_path)
    got = prepared(Path(folder))
    expected = {}
    for key, own in target.items():
        value = source[key] if key in source and source[key].shape == own.shape else own
        value = value.to(own.dtype)
        expected[key] = value.to(getattr(torch, dtype)) if value.is_floating_point() else value
    assert got.keys() == expected.keys(), sorted(got.keys() ^ expected.keys())
    for key, value in expected.items():
        assert got[key].dtype == value.dtype, (key, got[key].dtype, value.dtype)
        assert torch.equal(got[key], value), key
    manifest = json.loads((Path(folder) / "drydock.json").read_text())
    assert {t["name"] for t in manifest["tensors"]} == expected.keys()
    print(len(expected))


main(*sys.argv[1:])
