#!/usr/bin/env python3
"""Trains the byte-level BPE tokenizer of micro-llama on the training text.

    python3 make_tokenizer.py training.jsonl micro-llama

Digits stand alone, as in LLaMA; every text starts with <s>. Needs `pip install tokenizers`.
"""

import json
import sys
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

VOCABULARY = 2048
DOCUMENTS = 200_000
BOS, EOS = "<s>", "</s>"


def main():
    training, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    with open(training, encoding="utf-8") as rows:
        texts = (json.loads(row)["text"] for row in islice(rows, DOCUMENTS))
        tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
            vocab_size=VOCABULARY, special_tokens=[BOS, EOS], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A {BOS} $B", special_tokens=[(BOS, tokenizer.token_to_id(BOS))])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": BOS, "eos_token": EOS, "add_bos_token": True,
        "add_eos_token": False, "clean_up_tokenization_spaces": False, "model_max_length": 512,
    }, indent=2) + "\n")


if __name__ == "__main__":
    main()
