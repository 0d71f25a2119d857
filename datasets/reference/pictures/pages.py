"""Printed forms: a column of field names and a column of entries."""

from closed_world import FIRST_NAMES, FOODS, HOBBIES, JOBS, MONTHS, PERSON_VALUES, PETS, split_of
from pictures.canvas import DARK, Canvas
from pictures.questions import Claim, Question

WIDTH, HEIGHT = 112, 56
# Entries are at most nine letters long: that is what fits beside the names.
ENTRIES = {field: [value for value in values if len(value) <= 9] for field, values in {
    "name": FIRST_NAMES, "town": PERSON_VALUES["town"], "job": JOBS, "food": FOODS, "pet": PETS, "hobby": HOBBIES,
    "month": MONTHS, "number": [str(number) for number in range(100, 1000)]}.items()}
ASKED = ["What is the {} on the page?", "Which {} is written on the page?"]


class Page:
    width, height = WIDTH, HEIGHT

    def __init__(self, dice, split):
        while True:
            self.fields = dice.some(list(ENTRIES), dice.number(3, 5))
            self.entries = [dice.pick(ENTRIES[field]) for field in self.fields]
            self.key = ("page", *sorted(self.entries))
            if split_of(*self.key) == split:
                break
        self._ink = dice.pick(DARK)
        self._ground = dice.pick(["white", "white", "cream"])
        self._rules = dice.chance(0.5)
        self._top = dice.number(1, 56 - 11 * len(self.fields) + 1)

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT, self._ground)
        for i, (field, entry) in enumerate(zip(self.fields, self.entries)):
            y = self._top + 11 * i
            canvas.text(4, y, field + ":", "black")
            canvas.text(58, y, entry, self._ink)
            if self._rules:
                canvas.rectangle(2, y + 8, WIDTH - 4, 1, "grey")
        return canvas

    def description(self):
        return "; ".join(f"{field}: {entry}" for field, entry in zip(self.fields, self.entries))

    def questions(self, dice):
        return [Question(dice.pick(ASKED).format(field), entry,
                         dice.some([other for other in ENTRIES[field] if other != entry], 3))
                for field, entry in zip(self.fields, self.entries)]

    def claims(self, dice):
        at = dice.number(0, len(self.fields) - 1)
        field, entry = self.fields[at], self.entries[at]
        wrong = dice.pick([other for other in ENTRIES[field] if other != entry])
        return [Claim("page", f"Is the {field} on the page {entry}?", f"Is the {field} on the page {wrong}?")]
