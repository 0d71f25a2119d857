"""Printed words on coloured cards, and pairs of numbers."""

from closed_world import FOODS, GOODS, OBJECTS, PETS, split_of
from pictures.canvas import DARK, GROUNDS, Canvas
from pictures.font import width as text_width
from pictures.questions import Claim, Question

WIDTH, HEIGHT = 112, 56
WORDS = sorted({word for word in FOODS + GOODS + OBJECTS + PETS if len(word) <= 8})
PLACES = ["top left", "top right", "bottom left", "bottom right"]


class Cards:
    """Two to four words, each in its quarter and in an ink of its own."""
    width, height = WIDTH, HEIGHT

    def __init__(self, dice, split):
        while True:
            self.places = sorted(dice.some(range(4), dice.number(2, 4)))
            self.words = dice.some(WORDS, len(self.places))
            self.key = ("cards", *sorted(self.words))
            if split_of(*self.key) == split:
                break
        self.inks = dice.some(DARK, len(self.places))
        self._ground = dice.pick(GROUNDS)
        self._paper = dice.pick(["white", "pale grey"])
        self._shifts = [(dice.number(3, 53 - text_width(word)), dice.number(5, 15)) for word in self.words]

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT, self._ground)
        for place, word, ink, (x, y) in zip(self.places, self.words, self.inks, self._shifts):
            left, top = 56 * (place % 2), 28 * (place // 2)
            canvas.rectangle(left + 1, top + 1, 54, 26, self._paper)
            canvas.text(left + x, top + y, word, ink)
        return canvas

    def description(self):
        return "; ".join(f"{PLACES[place]}: {word}" for place, word in zip(self.places, self.words))

    def questions(self, dice):
        questions = []
        for place, word, ink in zip(self.places, self.words, self.inks):
            other = [text for text in WORDS if text != word]
            # The other words of the picture are the best wrong answers.
            wrong = [text for text in self.words if text != word] + dice.some([text for text in other if text not in self.words], 2)
            questions.append(Question(f"Which word is at the {PLACES[place]}?", word, wrong))
            questions.append(Question(f"Which word is {ink}?", word, wrong))
            questions.append(Question(f"Where is the word {word}?", PLACES[place],
                                      [text for text in PLACES if text != PLACES[place]]))
            questions.append(Question(f"What colour is the word {word}?", ink, [colour for colour in DARK if colour != ink]))
        return questions

    def claims(self, dice):
        absent = dice.pick([word for word in WORDS if word not in self.words])
        return [Claim("OCR", f"Is the word {dice.pick(self.words)} in the picture?", f"Is the word {absent} in the picture?")]


class Numbers:
    """Two numbers of two digits side by side."""
    width, height = WIDTH, HEIGHT

    def __init__(self, dice, split):
        while True:
            self.values = dice.number(10, 99), dice.number(10, 99)
            self.key = ("pair of numbers", *sorted(self.values))
            if self.values[0] != self.values[1] and split_of(*self.key) == split:
                break
        self._inks = dice.some(DARK, 2)
        self._ground = dice.pick(GROUNDS)
        self._shifts = [(dice.number(4, 28), dice.number(4, 38)) for _ in range(2)]

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT, self._ground)
        for side, (value, ink, (x, y)) in enumerate(zip(self.values, self._inks, self._shifts)):
            canvas.text(56 * side + x, y, str(value), ink, scale=2)
        return canvas

    def description(self):
        return f"left: {self.values[0]}; right: {self.values[1]}"

    def questions(self, dice):
        left, right = self.values
        near = lambda value: [str(other) for other in (value + 1, value - 1, value + 10, value - 10, value % 10 * 10 + value // 10)
                              if 10 <= other <= 99 and other != value]
        questions = [Question("Which number is on the left?", str(left), [str(right), *near(left)]),
                     Question("Which number is on the right?", str(right), [str(left), *near(right)])]
        greater, smaller = max(self.values), min(self.values)
        questions.append(Question("Which number is greater?", str(greater), [str(smaller)]))
        questions.append(Question("Which number is smaller?", str(smaller), [str(greater)]))
        return questions

    def claims(self, dice):
        greater, smaller = ("left", "right") if self.values[0] > self.values[1] else ("right", "left")
        if dice.chance(0.5):
            return [Claim("numerical_calculation", f"Is the {greater} number greater than the {smaller} number?",
                          f"Is the {smaller} number greater than the {greater} number?")]
        return [Claim("numerical_calculation", f"Is the {smaller} number less than the {greater} number?",
                      f"Is the {greater} number less than the {smaller} number?")]
