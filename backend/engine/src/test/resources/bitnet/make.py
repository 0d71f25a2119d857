"""Makes the tiny BitNet models beside this file, and what transformers answers with each.

Run with torch, transformers, accelerate and safetensors: python make.py. Every model is seeded, stored in bfloat16 and run in float32 by
transformers' own AutoBitLinear and BitLinear (integrations/bitnet.py): weights that are rounded whenever the model runs (online), the same packed
(offline), and numbers that are stored as they run with a scale (offline, unpacked); each with and without norms of the layers' own. Of several seeds the first is taken with which no input lies so near to the
middle between two steps that another order of additions could turn it.
"""
import json
import os
import pathlib
import shutil

os.environ["TORCHDYNAMO_DISABLE"] = "1"

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig
from transformers.integrations import bitnet
from transformers.integrations.bitnet import WeightQuant, pack_weights
from transformers.quantizers.quantizers_utils import should_convert_module

HERE = pathlib.Path(__file__).parent
TOKENS = [3, 17, 8]
# One layer stays as it is, and one is named by the end of its name alone.
SKIPPED = ["lm_head", "model.layers.1.mlp.down_proj", "0.self_attn.o_proj"]
VARIANTS = {
    "online": {"linear_class": "autobitlinear", "quantization_mode": "online", "modules_to_not_convert": SKIPPED},
    "online-norm": {"linear_class": "autobitlinear", "quantization_mode": "online", "modules_to_not_convert": SKIPPED,
                    "use_rms_norm": True, "rms_norm_eps": 1e-2},
    "offline": {"linear_class": "autobitlinear", "quantization_mode": "offline", "modules_to_not_convert": SKIPPED},
    "offline-norm": {"linear_class": "autobitlinear", "quantization_mode": "offline", "use_rms_norm": True},
    "offline-unpacked": {"linear_class": "autobitlinear", "quantization_mode": "offline"},
    "bitlinear-norm": {"linear_class": "bitlinear", "quantization_mode": "offline", "use_rms_norm": True},
}


MARGIN = 1e-3
margins = []


def watch(input):
    steps = input.float() * 127 / input.abs().max(dim=-1, keepdim=True).values.clamp(min=1e-5)
    margins.append(((steps - steps.floor()) - 0.5).abs().min().item())


def main():
    act_quant, activation_quant = bitnet.ActQuant.apply, bitnet.BitLinear.activation_quant
    bitnet.ActQuant.apply = lambda input: watch(input) or act_quant(input)
    bitnet.BitLinear.activation_quant = lambda self, input: watch(input) or activation_quant(self, input)
    for name, described in VARIANTS.items():
        for seed in range(200):
            margins.clear()
            make(name, described, seed)
            if min(margins) > MARGIN:
                print(name, "seed", seed, "roundings", len(margins), "margin", min(margins))
                break


def make(name, described, seed):
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=64, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False)
    model = AutoModelForCausalLM.from_config(config).to(torch.bfloat16)
    linears = [module for module, layer in model.named_modules() if isinstance(layer, torch.nn.Linear)]
    weights = {key: value * 8 if value.ndim == 2 else value for key, value in model.state_dict().items()}
    skipped = described.get("modules_to_not_convert", ["lm_head"])
    for linear in linears:
        if should_convert_module(linear, skipped):
            layer(weights, linear, described)
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    save_file({key: value.contiguous() for key, value in weights.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    written = json.loads(config.to_json_string())
    written["architectures"] = ["LlamaForCausalLM"]
    written["dtype"] = "bfloat16"
    written["quantization_config"] = {"quant_method": "bitnet", **described}
    (folder / "config.json").write_text(json.dumps(written, indent=1) + "\n")
    with torch.no_grad():
        # Packed weights come in the type of the file, whatever type is asked for.
        loaded = torch.nn.Module.float(AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32))
        logits = loaded(torch.tensor([TOKENS])).logits[0]
    (folder / "expected.json").write_text(json.dumps({"tokens": TOKENS, "logits": logits.flatten().tolist()}) + "\n")


def layer(weights, linear, described):
    """What is stored for a layer that is converted."""
    weight = weights[linear + ".weight"]
    if described["quantization_mode"] == "offline":
        ternary = WeightQuant.apply(weight.float())
        scale = ternary.abs().max()
        if described["linear_class"] == "bitlinear":
            weights[linear + ".weight_scale"] = (1 / scale).reshape(1)
        else:
            weights[linear + ".weight_scale"] = scale.reshape(1)
        codes = (ternary / scale).round()
        # Unpacked numbers need not be ternary: they are used as they are.
        unpacked = linear.endswith("q_proj")
        if VARIANTS["offline-unpacked"] is described:
            weights[linear + ".weight"] = (weight / scale).to(torch.bfloat16) if unpacked else codes.to(torch.bfloat16)
        else:
            weights[linear + ".weight"] = pack_weights(codes.clone())
    if described.get("use_rms_norm"):
        weights[linear + ".rms_norm.weight"] = (torch.rand(weight.shape[1]) + 0.5).to(torch.bfloat16)


if __name__ == "__main__":
    main()
