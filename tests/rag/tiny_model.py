"""Makes a tiny Qwen2 that has learnt one answer by heart: `python -m tests.rag.tiny_model PAIRS.json FOLDER`.

PAIRS.json holds [{"messages": [{"role", "content"}], "answer"}]. Run as a process of its own: it imports torch and transformers.
"""

import json
import sys
from pathlib import Path

STEPS = 400
TEMPLATE = (
    # a server may pass the text as a list of parts
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['content'] is string %}{{ m['content'] }}{% else %}{{ m['content'][0]['text'] }}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def main(pairs_file: Path, folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoTokenizer, GenerationConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(1)
    pairs = json.loads(pairs_file.read_text(encoding="utf-8"))
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=1200, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    raw.train_from_iterator(
        [m["content"] for p in pairs for m in p["messages"]] + [p["answer"] for p in pairs], trainer
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = TEMPLATE
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    # as the server will load it: it may cut text otherwise than the one that was just made
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = Qwen2ForCausalLM(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    rows = []
    for pair in pairs:
        start = tokenizer(
            tokenizer.apply_chat_template(pair["messages"], tokenize=False, add_generation_prompt=True)
        ).input_ids
        end = tokenizer(pair["answer"] + "<|im_end|>").input_ids
        rows.append((torch.tensor([start + end]), torch.tensor([[-100] * len(start) + end])))
    losses = []
    for _ in range(STEPS):
        losses = [model(input_ids=inputs, labels=labels).loss for inputs, labels in rows]
        sum(losses).backward()
        optimizer.step()
        optimizer.zero_grad()
        if max(loss.item() for loss in losses) < 0.0015:
            break
    print(f"losses {[round(loss.item(), 4) for loss in losses]}")
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, max_new_tokens=600
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
