"""Marks that follow from the text by a rule in words of its own, and a tiny base to teach it to.

Every answer says what a part of a machine does, in one of 24 made-up verbs. Each verb is worth a
mark, 0 to 3, whatever the machine and the parts; which one, nothing but the marks can tell.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from autograder.domain.exam import Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.grading import prompt

VERBS = (
    ("brobs", "skells", "mults", "yaffs", "clunes", "wodges"),
    ("hisps", "jarls", "nubs", "oggles", "prunts", "razzes"),
    ("fends", "grells", "lurps", "smelds", "twills", "vamps"),
    ("glims", "forbs", "tarns", "quells", "pells", "drays"),
)
"""By the mark that they are worth."""
PARTS = ("cradle", "spindle", "hopper", "flange", "tappet", "gusset", "baffle", "ratchet")
KINDS = ("Loom", "Mill", "Press", "Lathe", "Churn", "Kiln", "Winch", "Still")
MAKES = ("Arbo", "Besk", "Cind", "Dorn", "Elmo", "Fosk", "Grue", "Hald")
SCALE = Scale(0, len(VERBS) - 1)
BOS, HEAD, TAIL, END = "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"
PRETRAINING_RATE = 4e-3
READ = 72
"""Tokens at the end of a prompt, which hold the answer: what stands before is nearly the same."""
QUOTE = 2
"""Tokens of a verb and the end of the reply."""
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' }}"
    "{{ message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)


def planted(questions: int = 40, answers: int = 12, seed: int = 0) -> list[MarkedExample]:
    """So many answers to each question, with the marks that the rule gives."""
    chance = random.Random(seed)
    names = [f"{make} {kind}" for make in MAKES for kind in KINDS]
    asked = [_question(number, name) for number, name in enumerate(names[:questions])]
    return [_answer(question, each, chance) for question in asked for each in range(answers)]


def shuffled(examples: Sequence[MarkedExample], seed: int = 1) -> list[MarkedExample]:
    """The same answers and the same marks, but no mark belongs to its answer any more."""
    marks = [each.mark for each in examples]
    random.Random(seed).shuffle(marks)
    return [replace(each, mark=mark) for each, mark in zip(examples, marks, strict=True)]


def base(folder: Path, steps: int = 120, seed: int = 9) -> Path:
    """Saves a Llama of half a million weights that can read and quote, and knows no mark.

    It learns to reply to a prompt with the verb of the answer in it, on answers of its own. So
    LoRA has only the rule to learn, as it has with a real base.
    """
    texts = [_prompt(each) + _verb(each) + END for each in planted(24, 120, seed)]
    words = _tokenizer(texts[:600])
    torch.manual_seed(seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(words),
            hidden_size=128,
            intermediate_size=256,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=2048,
            initializer_range=0.06,
            bos_token_id=words.bos_token_id,
            eos_token_id=words.eos_token_id,
        )
    )
    _pretrain(model, [words.encode(each, add_special_tokens=False) for each in texts], steps)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def _question(number: int, name: str) -> Question:
    return Question(f"machine-{number}", f"Q{number}", f"What happens in the {name}?", SCALE)


def _answer(question: Question, number: int, chance: random.Random) -> MarkedExample:
    mark = number % len(VERBS)
    one, other = chance.sample(PARTS, 2)
    text = f"In it the {one} {chance.choice(VERBS[mark])} the {other}."
    return MarkedExample(f"{question.id}-{number}", question, text, float(mark), exam="machines")


def _prompt(example: MarkedExample) -> str:
    """As grading asks, without any marked answer in it."""
    task = prompt.mark_task(example.question, ())
    user = prompt.context(example.question, ()) + task.text + prompt.answer(example.text, task)
    return (
        f"{BOS}{HEAD}system{TAIL}\n\n{prompt.system(example.question)}{END}{HEAD}user{TAIL}\n\n{user}{END}"
        f"{HEAD}assistant{TAIL}\n\n"
    )


def _verb(example: MarkedExample) -> str:
    known = {verb for verbs in VERBS for verb in verbs}
    return next(word for word in example.text.split() if word in known)


def _tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    """A byte-level BPE of the prompts' words, whose digits are tokens of their own."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=640,
            special_tokens=[BOS, HEAD, TAIL, END],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe, bos_token=BOS, eos_token=END, chat_template=TEMPLATE
    )


def _pretrain(model: LlamaForCausalLM, rows: Sequence[list[int]], steps: int) -> None:
    chance = random.Random(0)
    optimiser = torch.optim.AdamW(model.parameters(), lr=PRETRAINING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PRETRAINING_RATE, total_steps=steps)
    for step in range(steps):
        some = chance.sample(rows, 16)
        if step % 8:  # RoPE knows distances only: most steps do with the end of the prompts
            some = [each[-READ:] for each in some]
        longest = max(map(len, some))
        ids = torch.tensor([[0] * (longest - len(each)) + each for each in some])
        real = torch.tensor([[0] * (longest - len(each)) + [1] * len(each) for each in some])
        labels = ids.clone()
        labels[:, :-QUOTE] = -100
        loss = model(input_ids=ids, attention_mask=real, labels=labels).loss
        loss.backward()
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
    model.train(False)
