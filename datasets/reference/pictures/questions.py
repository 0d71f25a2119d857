"""Questions about pictures and the forms in which they are asked. The task files in tasks/ ask in the same forms."""

from dataclasses import dataclass, field

LETTERS = "ABCD"


@dataclass
class Question:
    """``wrong`` holds other answers of the same kind; ``hint`` is text that belongs to the question."""
    text: str
    answer: str
    wrong: list = field(default_factory=list)
    hint: str = ""


@dataclass
class Claim:
    """Two questions about one thing, the first to be answered with yes, the second with no."""
    category: str
    yes: str
    no: str


def prompt(text, options=(), hint=""):
    lines = [f"Context: {hint}"] if hint else []
    lines.append(f"Question: {text}")
    lines += [f"{letter}. {option}" for letter, option in zip(LETTERS, options)]
    return "\n".join([*lines, "Answer:"])


def options_of(question, dice, count=4):
    """The right answer and up to ``count`` - 1 wrong ones in random order."""
    wrong = dice.some(question.wrong, min(count - 1, len(question.wrong)))
    return dice.shuffled([question.answer, *wrong])


def numbers_near(number, low, high):
    """Other numbers, the nearest ones: eyes that guess roughly shall not be enough."""
    return [str(other) for other in range(max(low, number - 3), min(high, number + 3) + 1) if other != number]
