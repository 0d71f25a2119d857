"""Makes the tiny vision-language models beside this file, and what transformers answers: variants that the shared fixtures leave out.

Run with torch, transformers, safetensors and pillow: python make.py [NAME ...]. Weights are seeded; every model is float32 and computes
eagerly; pictures are prepared by the processors that use PIL.
"""
import json
import pathlib
import sys

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import (
    CLIPImageProcessorPil, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration, LlavaNextConfig,
    LlavaNextForConditionalGeneration, LlavaNextImageProcessorPil, MistralConfig, Qwen2Config, SiglipImageProcessorPil,
    SiglipVisionConfig)

HERE = pathlib.Path(__file__).parent
IMAGE = 39
TEXT = dict(vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=128, bos_token_id=1, eos_token_id=2)
TOWER = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, image_size=14, patch_size=4)
PINPOINTS = [[14, 28], [28, 14], [28, 28]]
SIZE = dict(height=14, width=14)


def in_memory(weights):
    """Names of the modules of transformers 5, as some tools store them."""
    def name(stored):
        if stored.startswith("language_model.lm_head."):
            return stored.removeprefix("language_model.")
        if stored.startswith("language_model.model."):
            return "model.language_model." + stored.removeprefix("language_model.model.")
        return "model." + stored
    return {name(stored): value for stored, value in weights.items()}


def with_places(weights):
    """Names of the hub, and a counted table that early versions of transformers stored."""
    tower = "vision_tower."
    named = {(f"{tower}vision_model.{name.removeprefix(tower)}" if name.startswith(tower) else name): value
             for name, value in weights.items()}
    named["vision_tower.vision_model.embeddings.position_ids"] = torch.arange(10)[None]
    return named


def original(weights):
    """Names of the original code."""
    def name(stored):
        if stored.startswith("vision_tower."):
            return "model.vision_tower.vision_tower.vision_model." + stored.removeprefix("vision_tower.").removeprefix("vision_model.")
        if stored.startswith("multi_modal_projector.linear_1."):
            return "model.mm_projector." + stored.removeprefix("multi_modal_projector.linear_1.")
        return stored.removeprefix("language_model.")
    return {name(stored): value for stored, value in weights.items()}


CASES = {
    # SigLIP has no class token; 14 pixels leave two that no patch of 4 covers.
    "mistral-siglip": (LlavaForConditionalGeneration, LlavaConfig(
        vision_config=SiglipVisionConfig(**TOWER), text_config=MistralConfig(sliding_window=7, **TEXT), image_token_index=IMAGE,
        vision_feature_select_strategy="full", vision_feature_layer=-1, projector_hidden_act="relu"),
        SiglipImageProcessorPil(size=SIZE), in_memory),
    "next-qwen2-tied": (LlavaNextForConditionalGeneration, LlavaNextConfig(
        vision_config=CLIPVisionConfig(**TOWER), text_config=Qwen2Config(tie_word_embeddings=True, **TEXT), image_token_index=IMAGE,
        tie_word_embeddings=True, image_grid_pinpoints=PINPOINTS, vision_feature_layer=[-3, -1]),
        LlavaNextImageProcessorPil(size=dict(shortest_edge=14), crop_size=SIZE, image_grid_pinpoints=PINPOINTS), with_places),
    # Every row of a tile, the class token's too.
    "vicuna-full-bias": (LlavaForConditionalGeneration, LlavaConfig(
        vision_config=CLIPVisionConfig(hidden_act="gelu", **TOWER), text_config=LlamaConfig(attention_bias=True, **TEXT),
        image_token_index=IMAGE, vision_feature_select_strategy="full", vision_feature_layer=1, multimodal_projector_bias=False),
        CLIPImageProcessorPil(size=dict(shortest_edge=14), crop_size=SIZE), None),
    # A projector of one layer, as early models of the original code have.
    "early-linear": (LlavaForConditionalGeneration, LlavaConfig(
        vision_config=CLIPVisionConfig(**TOWER), text_config=LlamaConfig(**TEXT), image_token_index=IMAGE, vision_feature_layer=-2),
        CLIPImageProcessorPil(size=dict(shortest_edge=14), crop_size=SIZE), original),
}
ORIGINAL = dict(model_type="llava_llama", architectures=["LlavaLlamaForCausalLM"], mm_vision_tower="a/tower", mm_projector_type="linear",
                mm_vision_select_layer=-2, mm_vision_select_feature="patch")


def picture(seed):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (5, 8, 3), generator=generator, dtype=torch.uint8)
    return Image.fromarray(pixels.numpy()).resize((37, 21), Image.BICUBIC)


def make(name, kind, config, processor, change):
    torch.manual_seed(len(name))
    model = kind._from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    if change is original:
        model.model.multi_modal_projector.act = torch.nn.Identity()
        model.model.multi_modal_projector.linear_2 = torch.nn.Identity()
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    picture(len(name)).save(folder / "picture.png")
    with torch.no_grad():
        for parameter in model.parameters():
            spread = 0.3 * torch.randn_like(parameter)
            parameter.copy_((spread + (1 if parameter.dim() == 1 and parameter.mean() == 1 else 0)).half().float())
        model.tie_weights()
        seen = dict(processor(images=Image.open(folder / "picture.png"), return_tensors="pt"))
        rows = model.model.get_image_features(**seen, return_dict=True).pooler_output[0]
        before = [1, IMAGE, 17, 8, 31]
        tokens = [1] + [IMAGE] * len(rows) + [17, 8, 31]
        ids = torch.tensor([tokens])
        logits = model(input_ids=ids, **seen, use_cache=False).logits[0]
        greedy = model.generate(input_ids=ids, **seen, max_new_tokens=6, do_sample=False, eos_token_id=None, pad_token_id=0)[0]
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    processor.save_pretrained(folder)
    if change is original:
        parts = config.to_dict()
        (folder / "config.json").write_text(json.dumps(parts["text_config"] | ORIGINAL | dict(vision_config=parts["vision_config"]), indent=2) + "\n")
    weights = load_file(folder / "model.safetensors")
    weights = change(weights) if change else weights
    halves = {name: value.half().contiguous() if value.is_floating_point() else value for name, value in weights.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    numbers = [round(value, 6) for value in logits[-4:].flatten().tolist()]
    (folder / "expected.json").write_text(json.dumps(
        dict(tokens=before, image_tokens=len(rows), last_logits=numbers, greedy=greedy[len(tokens):].tolist())) + "\n")


for case in sys.argv[1:] or CASES:
    make(case, *CASES[case])
