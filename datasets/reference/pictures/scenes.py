"""Coloured shapes on a ground, in the nine fields of a grid."""

from dataclasses import dataclass

from closed_world import article, split_of
from pictures.canvas import COLOURS, GROUNDS, SHAPES, Canvas
from pictures.questions import Claim, Question, numbers_near

SIDE, CELL = 112, 37
PLACES = ["top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right"]
RELATIONS = [("left of", "right of", lambda a, b: a.x < b.x), ("above", "below", lambda a, b: a.y < b.y)]


def plural(shape):
    return shape + ("es" if shape == "cross" else "s")


@dataclass
class Thing:
    colour: str
    shape: str
    place: int

    @property
    def name(self):
        return f"{self.colour} {self.shape}"

    @property
    def x(self):
        return self.place % 3

    @property
    def y(self):
        return self.place // 3


class Scene:
    width, height = SIDE, SIDE

    def __init__(self, dice, split):
        while True:
            # Few colours and shapes give things to count, many give things to tell apart.
            colours = dice.some(COLOURS, dice.number(2, 6))
            shapes = dice.some(SHAPES, dice.number(1, 5))
            places = sorted(dice.some(range(9), dice.number(2, 6)))
            self.things = [Thing(dice.pick(colours), dice.pick(shapes), place) for place in places]
            self.key = ("scene", *sorted(thing.name for thing in self.things))
            if split_of(*self.key) == split:
                break
        self._ground = dice.pick(GROUNDS)
        self._spots = []
        for thing in self.things:
            radius = dice.number(9, 14)
            free = 17 - radius
            self._spots.append((CELL * thing.x + 18 + dice.number(-free, free),
                                CELL * thing.y + 18 + dice.number(-free, free), radius))

    def canvas(self):
        canvas = Canvas(SIDE, SIDE, self._ground)
        for thing, (x, y, radius) in zip(self.things, self._spots):
            canvas.shape(thing.shape, x, y, radius, thing.colour)
        return canvas

    def description(self):
        return "; ".join(f"{PLACES[thing.place]}: {thing.name}" for thing in self.things)

    def _only(self, fact):
        """The things whose colour or shape no other thing has."""
        values = [getattr(thing, fact) for thing in self.things]
        return [thing for thing in self.things if values.count(getattr(thing, fact)) == 1]

    def _count(self, fact, value):
        return sum(getattr(thing, fact) == value for thing in self.things)

    def questions(self, dice):
        questions = [Question(f"What colour is the {thing.shape}?", thing.colour,
                              [colour for colour in COLOURS if colour != thing.colour])
                     for thing in self._only("shape")]
        questions += [Question(f"Which shape is {thing.colour}?", thing.shape,
                               [shape for shape in SHAPES if shape != thing.shape])
                      for thing in self._only("colour")]
        thing = dice.pick(self.things)
        questions.append(Question(f"Which shape is at the {PLACES[thing.place]}?", thing.shape,
                                  [shape for shape in SHAPES if shape != thing.shape]))
        thing = dice.pick(self.things)
        questions.append(Question(f"What colour is the shape at the {PLACES[thing.place]}?", thing.colour,
                                  [colour for colour in COLOURS if colour != thing.colour]))
        shape, colour = dice.pick(self.things).shape, dice.pick(self.things).colour
        for text, count in [("How many shapes are there?", len(self.things)),
                            (f"How many {plural(shape)} are there?", self._count("shape", shape)),
                            (f"How many shapes are {colour}?", self._count("colour", colour))]:
            questions.append(Question(text, str(count), numbers_near(count, 1, 7)))
        for thing in self.things:
            if self._count("name", thing.name) == 1:
                questions.append(Question(f"Where is the {thing.name}?", PLACES[thing.place],
                                          [place for place in PLACES if place != PLACES[thing.place]]))
        return questions

    def claims(self, dice):
        claims = [self._existence(dice)]
        fact = dice.pick(["shape", "colour"])
        value = getattr(dice.pick(self.things), fact)
        count = self._count(fact, value)
        what = plural(value) if fact == "shape" else f"{value} shapes"
        wrong = dice.pick(numbers_near(count, 1, 6))
        claims.append(Claim("count", f"Is the number of {what} {count}?", f"Is the number of {what} {wrong}?"))
        for thing in self._only("shape"):
            wrong = dice.pick([colour for colour in COLOURS if colour != thing.colour])
            claims.append(Claim("color", f"Is the {thing.shape} {thing.colour}?", f"Is the {thing.shape} {wrong}?"))
        named = [thing for thing in self.things if self._count("name", thing.name) == 1]
        if len(named) > 1:
            one, two = dice.some(named, 2)
            for relation, opposite, holds in RELATIONS:
                if holds(one, two) or holds(two, one):
                    right, wrong = (relation, opposite) if holds(one, two) else (opposite, relation)
                    claims.append(Claim("position", f"Is the {one.name} {right} the {two.name}?",
                                        f"Is the {one.name} {wrong} the {two.name}?"))
        return claims

    def _existence(self, dice):
        there = dice.pick(self.things)
        names = {thing.name for thing in self.things}
        while True:
            # What is missing has a colour or a shape of something that is there.
            absent = (f"{dice.pick(COLOURS)} {there.shape}" if dice.chance(0.5) else f"{there.colour} {dice.pick(SHAPES)}")
            if absent not in names:
                return Claim("existence", f"Is there {article(there.name)} in the picture?",
                             f"Is there {article(absent)} in the picture?")
