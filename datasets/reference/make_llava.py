#!/usr/bin/env python3
"""Writes everything of micro-llava but its weights: configuration, tokenizer and picture processor.

    python3 make_llava.py micro-llama micro-llava

The decoder is micro-llama's, with `<image>` as one more token. The tower sees tiles of 56 pixels in patches of 8.
"""

import json
import sys
from pathlib import Path

IMAGE = "<image>"
TILE, PATCH = 56, 8
PINPOINTS = [[56, 112], [112, 56], [112, 112]]  # height, width
VOCABULARY = 2112  # 2,048 and the picture's, filled up to a multiple of 64
# Questions stand as they are: "Question: …\nAnswer:", with "Context: …" in front and options between where there are any.
TEMPLATE = ("{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
            "{% for part in message['content'] if part['type'] == 'image' %}{{ '<image>\n' }}{% endfor %}"
            "{% for part in message['content'] if part['type'] == 'text' %}{{ part['text'] }}{% endfor %}"
            "{% else %}{% for part in message['content'] %}{{ ' ' + part['text'] + '\n\n' }}{% endfor %}{% endif %}{% endfor %}")


def configuration(text, image_token):
    text = {**text, "vocab_size": VOCABULARY}
    for name in ("architectures", "transformers_version", "dtype", "torch_dtype"):
        text.pop(name, None)
    return {
        "architectures": ["LlavaNextForConditionalGeneration"], "model_type": "llava_next", "torch_dtype": "bfloat16",
        "image_token_index": image_token, "image_grid_pinpoints": PINPOINTS, "image_seq_length": (TILE // PATCH) ** 2,
        "projector_hidden_act": "gelu", "multimodal_projector_bias": True, "tie_word_embeddings": False,
        "vision_feature_layer": -2, "vision_feature_select_strategy": "default",
        "text_config": text,
        "vision_config": {
            "model_type": "clip_vision_model", "hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 7,
            "num_attention_heads": 4, "image_size": TILE, "patch_size": PATCH, "num_channels": 3, "hidden_act": "quick_gelu",
            "layer_norm_eps": 1e-5, "projection_dim": 128, "attention_dropout": 0.0,
        },
    }


def tokenizer_with_image(tokenizer):
    token = len(tokenizer["model"]["vocab"])
    added = {"id": token, "content": IMAGE, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    tokenizer["added_tokens"] = [*tokenizer["added_tokens"], added]
    return tokenizer, token


PROCESSOR = {
    "image_processor_type": "LlavaNextImageProcessor", "processor_class": "LlavaNextProcessor",
    "do_convert_rgb": True, "do_resize": True, "size": {"shortest_edge": TILE}, "resample": 3,
    "do_center_crop": True, "crop_size": {"height": TILE, "width": TILE}, "do_rescale": True, "rescale_factor": 1 / 255,
    "do_normalize": True, "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
    "do_pad": True, "image_grid_pinpoints": PINPOINTS,
}


def main():
    llama, folder = Path(sys.argv[1]), Path(sys.argv[2])
    read = lambda name: json.loads((llama / name).read_text(encoding="utf-8"))
    tokenizer, image_token = tokenizer_with_image(read("tokenizer.json"))
    files = {
        "config.json": configuration(read("config.json"), image_token),
        "generation_config.json": read("generation_config.json"),
        "preprocessor_config.json": PROCESSOR,
        "processor_config.json": {"processor_class": "LlavaNextProcessor", "image_token": IMAGE, "patch_size": PATCH,
                                  "vision_feature_select_strategy": "default", "num_additional_image_tokens": 1},
        "tokenizer_config.json": {**read("tokenizer_config.json"), "image_token": IMAGE,
                                  "extra_special_tokens": {"image_token": IMAGE}, "processor_class": "LlavaNextProcessor"},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (folder / "chat_template.jinja").write_text(TEMPLATE)


if __name__ == "__main__":
    main()
