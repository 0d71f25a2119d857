"""The test items, in the data shapes of the public benchmarks that they are modelled on."""

from closed_world import PERSON_VALUES, TEST, TOOLS, TOWN_VALUES, article
from documents import (because, day, day_end, day_question, journey, market, number_question, order, person_question,
                       tool_question, town_question)

LETTERS = "ABCDE"


def unique(make, count):
    """``count`` different items."""
    items, seen = [], set()
    while len(items) < count:
        item = make(len(items))
        if repr(item) not in seen:
            seen.add(repr(item))
            items.append(item)
    return items


def lettered(identifier, question, answer, values, dice, count):
    """One item in the shape of ARC: the right answer and ``count`` - 1 others of its kind in random order."""
    texts = dice.shuffled([answer, *dice.some([value for value in values if value != answer], count - 1)])
    labels = list(LETTERS[:count])
    return {"id": identifier, "question": question, "choices": {"text": texts, "label": labels},
            "answerKey": labels[texts.index(answer)]}


def people(world, dice, index):
    person, fact, question = person_question(world, dice, TEST, ("town", "food", "colour", "pet"))
    return lettered(f"people-{index}", question, getattr(person, fact), PERSON_VALUES[fact], dice, 4)


def facts(world, dice, index):
    if dice.chance(0.3):
        thing, fact, question = town_question(world, dice, TEST)
        values = TOWN_VALUES[fact]
    else:
        thing, fact, question = person_question(world, dice, TEST, ("job", "hobby", "month"))
        values = PERSON_VALUES[fact]
    return lettered(f"facts-{index}", question, getattr(thing, fact), values, dice, 5)


def tools(world, dice, index):
    question, answer, act, tool = tool_question(world, dice, TEST)
    wrong = dice.pick([other for other in TOOLS if other != tool])
    right, label = answer.format(at=article(tool), act=act), dice.number(0, 1)
    solutions = [right, answer.format(at=article(wrong), act=act)]
    return {"goal": question, "sol1": solutions[label], "sol2": solutions[1 - label], "label": label}


def who(world, dice, index):
    text, question, answer, names = order(dice, TEST)
    options = dice.shuffled([answer, *dice.some([name for name in names if name != answer], 2)])
    return {"context": text, "question": question, "options": options, "label": options.index(answer)}


def coreference(world, dice, index):
    what, one, two, first, reason = because(dice, TEST)
    options = [one, two] if dice.chance(0.5) else [two, one]
    answer = options.index(one if first else two) + 1
    return {"sentence": f"{what} because _ {reason}.", "option1": options[0], "option2": options[1],
            "answer": str(answer)}


def yes_no(world, dice, index):
    scene = day(dice, TEST)
    question, truth = day_question(scene, dice)
    return {"question": question, "passage": scene.text, "idx": index, "label": int(truth)}


def last_word(world, dice, index):
    kind = dice.number(0, 3)
    if kind == 0:
        text = journey(world, dice, TEST)
    elif kind == 1:
        text = market(world, dice, TEST)
    else:
        scene = day(dice, TEST)
        text = f"{scene.text} {day_end(scene, dice)}"
    return {"text": text.removesuffix(".")}


def answers(world, dice, index):
    if dice.chance(0.5):
        question, answer = number_question(dice, TEST)
    else:
        person, fact, question = person_question(world, dice, TEST)
        answer = getattr(person, fact)
    return {"question": question, "answer": answer}


TASKS = {
    "micro_last_word": last_word, "micro_tools": tools, "micro_order": who, "micro_people": people,
    "micro_facts": facts, "micro_coreference": coreference, "micro_yes_no": yes_no, "micro_answers": answers,
}
