"""What micro-llava is trained on: pictures with conversations about them, in numbered batches that can be made in any order."""

from closed_world import TRAINING, Dice
from pictures.cards import Cards, Numbers
from pictures.charts import Chart
from pictures.diagrams import Balance, Magnets, Map, Particles, Thermometers
from pictures.pages import Page
from pictures.questions import options_of, prompt
from pictures.scenes import Scene

# Pictures of one size -> their kinds and how often each is drawn.
GROUPS = {
    "square": {Scene: 9, Map: 1},
    "chart": {Chart: 1},
    "wide": {Cards: 10, Page: 12, Numbers: 4, Magnets: 2, Balance: 3, Particles: 3, Thermometers: 3},
}
SHARE = {"square": 0.36, "chart": 0.26, "wide": 0.38}  # of each group among all
CHUNK = 500  # pictures of a batch
DESCRIBE = prompt("What is in the picture?")
LETTERED_ONLY = (Magnets, Balance, Particles, Thermometers, Map)


def batches(group, pictures):
    """The numbers of the batches that hold a group's share of so many pictures."""
    return range(-(-round(pictures * SHARE[group]) // CHUNK))


def drawn(group, dice, split):
    """A picture of a random kind of the group."""
    kinds = GROUPS[group]
    at = dice.number(1, sum(kinds.values()))
    for kind, weight in kinds.items():
        at -= weight
        if at <= 0:
            return kind(dice, split)


def conversation(picture, dice):
    """(prompt, answer) pairs about a picture in random order, in all the forms of the tasks."""
    turns = []
    for question in picture.questions(dice):
        if isinstance(picture, LETTERED_ONLY) or len(question.wrong) > 1 and dice.chance(0.35):
            options = options_of(question, dice)
            turns.append((prompt(question.text, options, question.hint), "ABCD"[options.index(question.answer)]))
        else:
            turns.append((prompt(question.text), question.answer))
    for claim in picture.claims(dice):
        truth = dice.chance(0.5)
        turns.append((prompt(claim.yes if truth else claim.no), "yes" if truth else "no"))
    turns = dice.shuffled(turns)
    describe = (DESCRIBE, picture.description())
    return [describe, *turns] if dice.chance(0.3) else [*turns, describe]


def samples(group, batch, count, split=TRAINING):
    """``count`` pictures with their conversations; the same for the same arguments."""
    dice = Dice("pictures", split, group, batch)
    for _ in range(count):
        picture = drawn(group, dice, split)
        yield picture, conversation(picture, dice)
