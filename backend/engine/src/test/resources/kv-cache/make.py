"""Makes the tiny LLaMA beside this file whose keys and values are to be kept in float8, and what transformers answers then.

Run with torch, transformers, safetensors and compressed-tensors: python make.py. The model is seeded and float32; keys (behind the rotary
embedding) and values are rounded by compressed-tensors' own fake_quantize on their way into the attention, which is checked against
PyTorch's cast: scale * float8_e4m3fn(clamp(x / scale, -448, 448)). Scales of keys are so small that some saturate.
"""
import json
import pathlib

import torch
from compressed_tensors.quantization import QuantizationArgs
from compressed_tensors.quantization.lifecycle.forward import fake_quantize
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.llama.modeling_llama import eager_attention_forward

HERE = pathlib.Path(__file__).parent
TOKENS = [3, 17, 8, 31, 1, 22, 22, 5, 38, 11, 29, 4]
SCHEME = {"num_bits": 8, "type": "float", "strategy": "tensor", "symmetric": True, "dynamic": False}
LARGEST = 448.0


def rounded(states, scale):
    args = QuantizationArgs(**SCHEME)
    theirs = fake_quantize(states, torch.tensor([scale]), torch.zeros(1), args)
    cast = scale * (states / scale).clamp(-LARGEST, LARGEST).to(torch.float8_e4m3fn).float()
    assert torch.equal(theirs, cast), (theirs - cast).abs().max()
    return theirs


def main():
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=64, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(8) if parameter.ndim == 2 else None
    largest, scales = {}, None

    def attention(module, query, key, value, mask, **words):
        if scales is None:
            largest[module.layer_idx] = key.abs().max().item(), value.abs().max().item()
        else:
            key, value = (rounded(states, scale) for states, scale in zip((key, value), scales[module.layer_idx]))
        return eager_attention_forward(module, query, key, value, mask, **words)

    ALL_ATTENTION_FUNCTIONS.register("float8", attention)
    ALL_MASK_ATTENTION_FUNCTIONS.register("float8", eager_mask)
    model.config._attn_implementation = "float8"
    ids = torch.tensor([TOKENS])
    with torch.no_grad():
        plain = model(ids).logits[0]
        # As float32 numbers, which is what the file holds.
        scales = {layer: (torch.tensor(key / 300).item(), torch.tensor(value / LARGEST).item()) for layer, (key, value) in largest.items()}
        scales = {layer: (pair[0] / 2, pair[1]) if layer == 0 else pair for layer, pair in scales.items()}
        logits = model(ids).logits[0]
        greedy = model.generate(ids, max_new_tokens=8, do_sample=False, pad_token_id=0)[0, len(TOKENS):].tolist()
    folder = HERE / "llama-float8"
    folder.mkdir(exist_ok=True)
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    for layer, (key, value) in scales.items():
        weights[f"model.layers.{layer}.self_attn.k_scale"] = torch.tensor([key])
        weights[f"model.layers.{layer}.self_attn.v_scale"] = torch.tensor([value])
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    described = json.loads(config.to_json_string())
    described["architectures"] = ["LlamaForCausalLM"]
    described["quantization_config"] = {
        "quant_method": "compressed-tensors", "format": "dense", "quantization_status": "compressed", "config_groups": {},
        "ignore": [], "kv_cache_scheme": SCHEME}
    (folder / "config.json").write_text(json.dumps(described, indent=1) + "\n")
    (folder / "expected.json").write_text(json.dumps({
        "tokens": TOKENS, "logits": logits.flatten().tolist(), "plain": plain.flatten().tolist(), "greedy": greedy}) + "\n")
    print("moved by", (logits - plain).abs().max().item(), "of", plain.abs().max().item())


if __name__ == "__main__":
    main()
