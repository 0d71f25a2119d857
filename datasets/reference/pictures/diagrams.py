"""Drawings of a science book: magnets, balances, particles in water, thermometers, maps."""

from closed_world import split_of
from pictures.canvas import COLOURS, DARK, GROUNDS, SHAPES, Canvas
from pictures.questions import Claim, Question

WIDTH, HEIGHT = 112, 56


class Diagram:
    """A drawing with one question whose hint says the law of nature that it is about."""
    width, height = WIDTH, HEIGHT

    def questions(self, dice):
        return [self.question]

    def claims(self, dice):
        wrong = dice.pick(self.question.wrong)
        return [Claim("science", f"{self.question.text} Is it {self.question.answer}?", f"{self.question.text} Is it {wrong}?")]


class Magnets(Diagram):
    def __init__(self, dice, split):
        while True:
            self._poles = [dice.pick(["NS", "SN"]) for _ in range(2)]
            self._inks = [dice.pick(DARK) for _ in range(2)]
            self._ys = [dice.number(3, 36) for _ in range(2)]
            self.key = ("magnets", *self._poles, *self._inks, *self._ys)
            if split_of(*self.key) == split:
                break
        self._xs = [dice.number(1, 6), dice.number(57, 64)]
        attract = self._poles[0][1] != self._poles[1][0]
        self.question = Question("What will the magnets do to each other?", "attract" if attract else "repel",
                                 ["repel" if attract else "attract"], "Opposite poles attract, equal poles repel.")

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT)
        for poles, ink, x, y in zip(self._poles, self._inks, self._xs, self._ys):
            canvas.rectangle(x, y, 46, 16, ink)
            canvas.text(x + 4, y + 4, poles[0], "white")
            canvas.text(x + 37, y + 4, poles[1], "white")
        return canvas

    def description(self):
        return f"left: {' '.join(self._poles[0])}; right: {' '.join(self._poles[1])}"


class Balance(Diagram):
    TILT = 9

    def __init__(self, dice, split):
        while True:
            self._names = [(dice.pick(COLOURS), dice.pick(SHAPES)) for _ in range(2)]
            self._tilt = dice.pick([-1, 0, 1])
            self.key = ("balance", *map(" ".join, self._names), self._tilt)
            if self._names[0] != self._names[1] and split_of(*self.key) == split:
                break
        self._ground = dice.pick(GROUNDS)
        self._radii = [dice.number(7, 10) for _ in range(2)]
        left, right = (f"the {' '.join(name)}" for name in self._names)
        outcomes = [left, "both weigh the same", right]
        answer = outcomes[1 - self._tilt]
        self.question = Question("Which is heavier?", answer, [other for other in outcomes if other != answer],
                                 "The heavier side of a balance goes down.")

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT, self._ground)
        drop = self.TILT * self._tilt  # positive: the left side is lower
        canvas.polygon([(56, 34), (62, 54), (50, 54)], "grey")
        canvas.line(8, 32 + drop, 104, 32 - drop, "black", thickness=3)
        for (colour, shape), radius, x, y in zip(self._names, self._radii, (20, 92), (32 + drop * 3 // 4, 32 - drop * 3 // 4)):
            canvas.shape(shape, x, y - radius - 1, radius, colour)
        return canvas

    def description(self):
        return "; ".join(f"{side}: {' '.join(name)}" for side, name in zip(("left", "right"), self._names))


class Particles(Diagram):
    """Two glasses with the same amount of water."""

    def __init__(self, dice, split):
        while True:
            self._counts = [dice.number(1, 9) for _ in range(2)]
            self._spots = [dice.some(range(12), count) for count in self._counts]
            if self._counts[0] == self._counts[1] or abs(self._counts[0] - self._counts[1]) > 1:
                self.key = ("particles", *self._spots[0], "and", *self._spots[1])
                if split_of(*self.key) == split:
                    break
        self._ink = dice.pick(DARK)
        left, right = self._counts
        outcomes = ["the left glass", "neither", "the right glass"]
        answer = outcomes[0 if left > right else 1 if left == right else 2]
        self.question = Question("Which glass has the higher concentration?", answer,
                                 [other for other in outcomes if other != answer],
                                 "A solution with more particles in the same water has a higher concentration.")

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT)
        for side, spots in enumerate(self._spots):
            canvas.rectangle(56 * side + 5, 6, 46, 48, "pale blue")
            canvas.frame(56 * side + 4, 2, 48, 53, "black")
            for spot in spots:
                canvas.shape("circle", 56 * side + 11 + spot % 4 * 11, 15 + spot // 4 * 15, 4, self._ink)
        return canvas

    def description(self):
        return f"left: {self._counts[0]}; right: {self._counts[1]}"


class Thermometers(Diagram):
    def __init__(self, dice, split):
        while True:
            self._inks = dice.some(COLOURS, dice.number(3, 4))
            self._heights = dice.some(range(1, 11), len(self._inks))
            self.key = ("thermometers", *sorted(f"{i} {h}" for i, h in zip(self._inks, self._heights)))
            if split_of(*self.key) == split:
                break
        self._x = dice.number(8, 14)
        most = dice.chance(0.5)
        answer = self._inks[self._heights.index((max if most else min)(self._heights))]
        self.question = Question(f"Which liquid is the {'warmest' if most else 'coldest'}?", answer,
                                 [ink for ink in self._inks if ink != answer],
                                 "A liquid rises in a thermometer when it gets warmer.")

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT)
        for i, (ink, height) in enumerate(zip(self._inks, self._heights)):
            x = self._x + 27 * i
            canvas.frame(x - 4, 1, 9, 46, "grey")
            canvas.shape("circle", x, 47, 7, ink)
            canvas.rectangle(x - 3, 44 - 4 * height, 7, 4 * height, ink)
        return canvas

    def description(self):
        return "; ".join(f"{ink}: {height}" for ink, height in zip(self._inks, self._heights))


class Map(Diagram):
    width, height = 112, 112
    WAYS = {"north": (0, 1), "south": (0, -1), "west": (1, 1), "east": (1, -1)}

    def __init__(self, dice, split):
        while True:
            self._inks = dice.some(COLOURS, 4)
            self._xs, self._ys = dice.some(range(6), 4), dice.some(range(6), 4)
            self.key = ("map", *sorted(f"{i} {x} {y}" for i, x, y in zip(self._inks, self._xs, self._ys)))
            if split_of(*self.key) == split:
                break
        self._ground = dice.pick(["cream", "white"])
        self._shift = dice.number(-2, 2)
        way = dice.pick(list(self.WAYS))
        axis, sign = self.WAYS[way]
        places = [sign * value for value in (self._xs if axis else self._ys)]
        answer = self._inks[places.index(min(places))]
        self.question = Question(f"Which place lies farthest to the {way}?", answer, [ink for ink in self._inks if ink != answer],
                                 "North is at the top of this map.")

    def canvas(self):
        canvas = Canvas(self.width, self.height, self._ground)
        canvas.frame(1, 1, 110, 110, "grey")
        for ink, x, y in zip(self._inks, self._xs, self._ys):
            canvas.shape("square", 14 + 17 * x + self._shift, 14 + 17 * y + self._shift, 7, ink)
        return canvas

    def description(self):
        order = sorted(range(4), key=lambda i: self._ys[i])
        return "from north to south: " + ", ".join(self._inks[i] for i in order)


DIAGRAMS = [Magnets, Balance, Particles, Thermometers, Map]
