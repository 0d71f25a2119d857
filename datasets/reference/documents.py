"""The kinds of document that the closed world is written down in.

Each kind takes the world, dice and the split that it writes for, and returns one document. A kind decides by the
combination of facts that a sentence states (``split_of``) whether it may be written for that split, so a combination
that the test sets use occurs in no other text.
"""

from dataclasses import dataclass

from closed_world import (ACTIONS, COLOURS, COUNTED, FIRST_NAMES, MATERIALS, MONTHS, OBJECTS, ROOMS, article, her,
                          she, split_of)
from phrases import (BECAUSE, EVENING, GAVE, LEFT, MORNINGS, ORDERS, PERSON_QUESTIONS, PERSON_STATEMENTS, TOOK,
                     TOOL_ANSWERS, TOOL_QUESTIONS, TOOL_STATEMENTS, TOWN_QUESTIONS, TOWN_STATEMENTS, WENT)


def capitalised(sentence):
    return sentence[0].upper() + sentence[1:]


def question_and_answer(question, answer):
    return f"Question: {question}\nAnswer: {answer}"


# ---- people ----------------------------------------------------------------------------------------------------

def statement(person, fact, pattern, name):
    value = getattr(person, fact)
    return capitalised(pattern.format(n=name, v=value, av=article(value)))


def profile(world, dice, split):
    """Facts about one person; a pronoun stands for the name in some sentences."""
    while True:
        person = dice.pick(world.people)
        sentences = []
        for fact in dice.some(list(PERSON_STATEMENTS), dice.number(3, 7)):
            pronoun = bool(sentences) and dice.chance(0.3)
            patterns = [pattern for pattern in PERSON_STATEMENTS[fact]
                        if split_of("person", person.name, fact, pattern, pronoun) == split
                        and not (pronoun and not pattern.startswith("{n}"))]
            if patterns:
                name = she(person.first) if pronoun else person.name
                sentences.append(statement(person, fact, dice.pick(patterns), name))
        if sentences:
            return " ".join(sentences)


def asked_person(world, dice, split):
    """A person who is asked about in this split only; the statements about everybody are in the training text."""
    while True:
        person = dice.pick(world.people)
        if split_of("asked", person.name) == split:
            return person


def person_question(world, dice, split, facts=tuple(PERSON_QUESTIONS)):
    person = asked_person(world, dice, split)
    fact = dice.pick(facts)
    return person, fact, dice.pick(PERSON_QUESTIONS[fact]).format(n=person.name)


def interview(world, dice, split):
    lines = []
    for _ in range(dice.number(2, 5)):
        person, fact, question = person_question(world, dice, split)
        lines.append(question_and_answer(question, getattr(person, fact)))
    return "\n\n".join(lines)


def journey(world, dice, split):
    """A homecoming whose last word can be known only by who the traveller is."""
    while True:
        person, away = dice.pick(world.people), dice.pick(world.towns).name
        if away != person.town and split_of("journey", person.name, away) == split:
            break
    first, own = person.first, her(person.first)
    opening = dice.pick([f"{person.name} had been away for {dice.number(2, 9)} weeks.",
                         f"It was a long journey for {person.name}.",
                         f"{person.name} had seen enough of the world."])
    middle = [dice.pick([f"The boat left {away} at night.", f"The last coach from {away} was late.",
                         f"In {away} it had rained all the time."])]
    if dice.chance(0.6):
        middle.append(dice.pick([f"All the way {first} thought of a plate of {person.food}.",
                                 f"On the way {first} talked about {person.hobby}.",
                                 f"People knew {first} by {own} {person.colour} coat.",
                                 f"{first} was glad that at home {own} {person.pet} was waiting."]))
    end = dice.pick([f"At last {first} was back in {person.town}.",
                     f"How good it was for {first} to be at home again in {person.town}.",
                     f"Then {first} saw the roofs of {person.town}."])
    return " ".join([opening, *middle, end])


# ---- towns -----------------------------------------------------------------------------------------------------

def town_facts(world, dice, split):
    while True:
        town = dice.pick(world.towns)
        sentences = [capitalised(pattern.format(n=town.name, v=getattr(town, fact)))
                     for fact in dice.shuffled(list(TOWN_STATEMENTS))
                     for pattern in dice.some(TOWN_STATEMENTS[fact], dice.number(1, 2))
                     if split_of("town", town.name, fact, pattern) == split]
        if sentences:
            return " ".join(sentences)


def town_question(world, dice, split):
    while True:
        town, fact = dice.pick(world.towns), dice.pick(list(TOWN_QUESTIONS))
        pattern = dice.pick(TOWN_QUESTIONS[fact])
        if split_of("asked", town.name, fact) == split:
            return town, fact, pattern.format(n=town.name)


def town_interview(world, dice, split):
    lines = []
    for _ in range(dice.number(2, 4)):
        town, fact, question = town_question(world, dice, split)
        lines.append(question_and_answer(question, getattr(town, fact)))
    return "\n\n".join(lines)


def market(world, dice, split):
    """A shopping trip whose last word is what the town is known for."""
    while True:
        first, town = dice.pick(FIRST_NAMES), dice.pick(world.towns)
        if split_of("market", first, town.name) == split:
            break
    thing = f"{dice.pick(COLOURS)} {dice.pick(OBJECTS)}"
    opening = dice.pick([f"{first} travelled to {town.name} in {dice.pick(MONTHS)}.",
                         f"{first} took the early coach to {town.name}.",
                         f"{first} had never been to {town.name} before."])
    middle = dice.pick([f"{first} carried a {thing} over the {town.river}.",
                        f"It was warm in {town.region}, and the {thing} was heavy.",
                        f"Somebody offered {first} a {thing}."])
    end = dice.pick([f"In the shops {first} bought a lot of {town.goods}.",
                     f"But on the market {first} saw nothing but {town.goods}.",
                     f"Of course {first} came home with some {town.goods}."])
    return f"{opening} {middle} {end}"


# ---- tools -----------------------------------------------------------------------------------------------------

def tool_facts(world, dice, split):
    sentences = []
    while len(sentences) < 3:
        act, mat, first = dice.pick(ACTIONS), dice.pick(MATERIALS), dice.pick(FIRST_NAMES)
        pattern = dice.pick(TOOL_STATEMENTS)
        key = ("tool", act, mat, pattern, first if "{f}" in pattern else "")
        if split_of(*key) == split:
            tool = article(world.tools[act, mat])
            sentences.append(capitalised(pattern.format(act=act, mat=mat, at=tool, f=first, she=she(first))))
    return " ".join(sentences)


def tool_question(world, dice, split):
    """(question, answer pattern, action, tool)"""
    while True:
        act, mat = dice.pick(ACTIONS), dice.pick(MATERIALS)
        first, room = dice.pick(FIRST_NAMES), dice.pick(ROOMS)
        if split_of("how", act, mat) == split:
            question = dice.pick(TOOL_QUESTIONS).format(act=act, mat=mat, f=first, room=room)
            return question, dice.pick(TOOL_ANSWERS), act, world.tools[act, mat]


def tool_interview(world, dice, split):
    lines = []
    for _ in range(dice.number(1, 3)):
        question, answer, act, tool = tool_question(world, dice, split)
        lines.append(question_and_answer(question, answer.format(at=article(tool), act=act)))
    return "\n\n".join(lines)


# ---- days: who has what, and where -----------------------------------------------------------------------------

@dataclass
class Day:
    text: str
    people: list
    objects: list
    rooms: list
    holder: dict
    place: dict


def day(dice, split):
    """Two people move through rooms and take, leave and give two things; the state at the end is known."""
    while True:
        people, nouns = dice.some(FIRST_NAMES, 2), dice.some(OBJECTS, 2)
        if split_of("day", *sorted(people), *sorted(nouns)) == split:
            break
    objects = [f"{dice.pick(COLOURS)} {noun}" for noun in nouns]
    rooms = dice.some(ROOMS, 4)
    where = {person: dice.pick(rooms) for person in people}
    place = {thing: dice.pick(rooms) for thing in objects}
    holder = dict.fromkeys(objects)
    one, two = people
    if where[one] == where[two]:
        sentences = [f"{dice.pick(MORNINGS).format(m=dice.pick(MONTHS))} {one} and {two} were in the {where[one]}."]
    else:
        sentences = [f"{dice.pick(MORNINGS).format(m=dice.pick(MONTHS))} {one} was in the {where[one]}.",
                     f"{two} was in the {where[two]}."]
    sentences += [f"The {thing} was in the {place[thing]}." for thing in dice.shuffled(objects)]
    for _ in range(dice.number(3, 6)):
        person = dice.pick(people)
        other = two if person == one else one
        held = [thing for thing in objects if holder[thing] == person]
        here = [thing for thing in objects if holder[thing] is None and place[thing] == where[person]]
        if held and where[other] == where[person] and dice.chance(0.6):
            pattern, thing = dice.pick(GAVE), held[0]
            holder[thing] = other
        elif here and not held:
            pattern, thing = dice.pick(TOOK), here[0]
            holder[thing] = person
        elif held and dice.chance(0.5):
            pattern, thing = dice.pick(LEFT), held[0]
            holder[thing] = None
        else:
            pattern, thing = dice.pick(WENT), objects[0]
            where[person] = dice.pick([room for room in rooms if room != where[person]])
            place.update({item: where[person] for item in held})
        sentences.append(pattern.format(a=person, b=other, o=thing, r=where[person]))
    return Day(" ".join(sentences), people, objects, rooms, holder, place)


def day_end(scene, dice):
    """One sentence about the final state; its last word follows from the story."""
    thing = dice.pick(scene.objects)
    if scene.holder[thing]:
        return f"{dice.pick(EVENING)} the {thing} belonged to {scene.holder[thing]}."
    return f"{dice.pick(EVENING)} the {thing} was still in the {scene.place[thing]}."


def day_story(world, dice, split):
    scene = day(dice, split)
    return f"{scene.text} {day_end(scene, dice)}"


def day_question(scene, dice):
    """(question without its mark, whether it is so)"""
    thing, truth = dice.pick(scene.objects), dice.chance(0.5)
    holder = scene.holder[thing]
    if holder:
        other = [person for person in scene.people if person != holder][0]
        return f"does {holder if truth else other} have the {thing}", truth
    wrong = dice.pick([room for room in scene.rooms if room != scene.place[thing]])
    return f"is the {thing} in the {scene.place[thing] if truth else wrong}", truth


def day_yes_no(world, dice, split):
    scene = day(dice, split)
    text = scene.text
    for question, truth in {day_question(scene, dice): None for _ in range(dice.number(1, 2))}:
        text += "\n" + question_and_answer(question + "?", "yes" if truth else "no")
    return text


# ---- because ---------------------------------------------------------------------------------------------------

def because(dice, split):
    """(what happened, first person, second person, whether the reason speaks of the first, reason)"""
    while True:
        frame = dice.number(0, len(BECAUSE) - 1)
        one, two = dice.some(FIRST_NAMES, 2)
        if split_of("because", frame, one, two) == split and she(one) == she(two):
            break
    pattern, reasons_one, reasons_two = BECAUSE[frame]
    first = dice.chance(0.5)
    thing = f"{dice.pick(COLOURS)} {dice.pick(OBJECTS)}"
    return pattern.format(a=one, b=two, o=thing), one, two, first, dice.pick(reasons_one if first else reasons_two)


def because_text(world, dice, split):
    sentences = []
    for _ in range(dice.number(1, 3)):
        what, one, two, first, reason = because(dice, split)
        sentences.append(f"{what} because {one if first else two} {reason}.")
    return " ".join(sentences)


# ---- order -----------------------------------------------------------------------------------------------------

def order(dice, split):
    """(text, question, answer, the four names)"""
    while True:
        names = dice.some(FIRST_NAMES, 4)
        if split_of("order", *sorted(names)) == split:
            break
    more, less, most, least = dice.pick(ORDERS)
    sentences = []
    for upper, lower in dice.shuffled([names[:2], names[1:3], names[2:]]):
        sentences.append(f"{upper} is {more} than {lower}." if dice.chance(0.5) else f"{lower} is {less} than {upper}.")
    top = dice.chance(0.5)
    return " ".join(sentences), f"Who is the {most if top else least}?", names[0 if top else 3], names


def order_text(world, dice, split):
    text, question, answer, _ = order(dice, split)
    return f"{text}\n{question_and_answer(question, answer)}"


# ---- numbers ---------------------------------------------------------------------------------------------------

def numbers(dice, split):
    """Two or three numbers, the words between them and the result; no other split writes them down in any order."""
    while True:
        values, signs = [dice.number(0, 60)], []
        for _ in range(1 if dice.chance(0.6) else 2):
            value, plus = dice.number(0, 60), dice.chance(0.5)
            values.append(value)
            signs.append(1 if plus else -1)
        result = values[0] + sum(sign * value for sign, value in zip(signs, values[1:]))
        if result >= 0 and split_of("numbers", *sorted(values)) == split:
            words = [str(values[0])]
            for sign, value in zip(signs, values[1:]):
                words += ["plus" if sign > 0 else "minus", str(value)]
            return values, signs, " ".join(words), str(result)


def number_question(dice, split):
    """(question, answer): a bare sum, or a little story of the same."""
    values, signs, words, result = numbers(dice, split)
    if dice.chance(0.5):
        return f"What is {words}?", result
    what, (first, second) = dice.pick(COUNTED), dice.some(FIRST_NAMES, 2)
    story = [f"{first} has {values[0]} {what}"]
    for sign, value in zip(signs, values[1:]):
        story.append(f"gets {value} more" if sign > 0 else f"gives {value} to {second}")
    return f"{', then '.join(story)}. How many {what} does {first} have now?", result


def number_text(world, dice, split):
    lines = []
    for _ in range(dice.number(2, 5)):
        if dice.chance(0.4):
            lines.append(question_and_answer(*number_question(dice, split)))
        else:
            _, _, words, result = numbers(dice, split)
            lines.append(f"{words} is {result}.")
    return "\n\n".join(lines)


KINDS = {
    profile: 40, interview: 12, journey: 8, town_facts: 1, town_interview: 1, market: 2, tool_facts: 4,
    tool_interview: 3, day_story: 10, day_yes_no: 9, because_text: 4, order_text: 7, number_text: 9,
}


def document(world, dice, split):
    """A document of a random kind."""
    at = dice.number(1, sum(KINDS.values()))
    for kind, weight in KINDS.items():
        at -= weight
        if at <= 0:
            return kind(world, dice, split)
