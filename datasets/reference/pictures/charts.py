"""Bar charts, standing and lying, and line charts."""

from closed_world import FIRST_NAMES, MONTHS, OBJECTS, PETS, split_of
from pictures.canvas import COLOURS, Canvas
from pictures.font import width as text_width
from pictures.questions import Claim, Question, numbers_near

WIDTH, HEIGHT = 112, 84
STEPS = 10
SHORT = [word for word in OBJECTS + PETS if len(word) == 3]
NAMES = [name for name in FIRST_NAMES if len(name) <= 4]
LEFT, BASE, STEP = 22, 68, 6  # the plot's left edge, the ground line, pixels a step


class Chart:
    """Three or four values between 1 and 10 steps; a step is worth 1 or 10. No two values are equal."""
    width, height = WIDTH, HEIGHT

    def __init__(self, dice, split):
        self.form = dice.pick(["bars", "lying bars", "line"])
        self.unit = dice.pick([1, 10])
        count = dice.number(3, 4)
        while True:
            if self.form == "line":
                start = dice.number(0, len(MONTHS) - count)
                self.labels = MONTHS[start:start + count]
            else:
                self.labels = dice.some(SHORT if self.form == "bars" else NAMES, count)
            self.steps = dice.some(range(1, STEPS + 1), count)
            self.key = ("chart", *sorted(f"{label} {step}" for label, step in zip(self.labels, self.steps)))
            if split_of(*self.key) == split:
                break
        self.written = dice.chance(0.4)  # the values stand beside what they belong to
        self._ink = dice.some(COLOURS[1:], count) if dice.chance(0.3) else [dice.pick(COLOURS[1:])] * count
        self._ground = dice.pick(["white", "white", "cream"])

    @property
    def values(self):
        return [step * self.unit for step in self.steps]

    def canvas(self):
        canvas = Canvas(WIDTH, HEIGHT, self._ground)
        if self.form == "lying bars":
            self._draw_lying(canvas)
        else:
            self._draw_standing(canvas)
        return canvas

    def _draw_standing(self, canvas):
        for step in (0, 5, 10):
            y, text = BASE - STEP * step, str(step * self.unit)
            canvas.rectangle(LEFT, y, WIDTH - LEFT - 2, 1, "grey")
            canvas.text(LEFT - 2 - text_width(text), y - 3, text, "black")
        canvas.rectangle(LEFT, BASE - STEP * STEPS, 1, STEP * STEPS, "black")
        pitch = (WIDTH - LEFT - 2) // len(self.labels)
        spots = [(LEFT + 1 + pitch * i + pitch // 2, BASE - STEP * step) for i, step in enumerate(self.steps)]
        if self.form == "line":
            for (x0, y0), (x1, y1) in zip(spots, spots[1:]):
                canvas.line(x0, y0, x1, y1, self._ink[0])
        for label, value, ink, (x, y) in zip(self.labels, self.values, self._ink, spots):
            if self.form == "line":
                canvas.rectangle(x - 2, y - 2, 5, 5, ink)
            else:
                canvas.rectangle(x - pitch // 3, y, 2 * (pitch // 3) + 1, BASE - y, ink)
            canvas.text(x - 8, BASE + 5, label[:3], "black")
            if self.written:
                # Beside a line's end point inside the picture, above a bar or inside its top.
                text = str(value)
                canvas.text(x - text_width(text) // 2, y - 10 if y > 10 else y + 3, text, "black")

    def _draw_lying(self, canvas):
        left, step_width, pitch = 28, 7, 68 // len(self.labels)
        for step in (0, 5, 10):
            text = str(step * self.unit)
            x = left + step_width * step
            canvas.rectangle(x, 2, 1, 70, "grey")
            canvas.text(min(x - text_width(text) // 2, WIDTH - text_width(text)), 75, text, "black")
        for i, (label, step, value, ink) in enumerate(zip(self.labels, self.steps, self.values, self._ink)):
            y = 3 + pitch * i
            canvas.text(1, y + pitch // 2 - 4, label, "black")
            canvas.rectangle(left, y + 2, step_width * step, pitch - 5, ink)
            if self.written:
                text = str(value)
                canvas.rectangle(left + 2, y + pitch // 2 - 5, text_width(text) + 2, 9, "white")
                canvas.text(left + 3, y + pitch // 2 - 4, text, "black")

    def description(self):
        return "; ".join(f"{label}: {value}" for label, value in zip(self.labels, self.values))

    def questions(self, dice):
        return self.readings() + self.comparisons()

    def readings(self):
        asked = "What is the value in {}?" if self.form == "line" else "What is the value of {}?"
        return [Question(asked.format(label), str(value),
                         [str(int(near) * self.unit) for near in numbers_near(step, 1, STEPS)])
                for label, value, step in zip(self.labels, self.values, self.steps)]

    def comparisons(self):
        what = "month" if self.form == "line" else "one"
        questions = []
        for text, label in [(f"Which {what} has the highest value?", self.labels[self.steps.index(max(self.steps))]),
                            (f"Which {what} has the lowest value?", self.labels[self.steps.index(min(self.steps))])]:
            questions.append(Question(text, label, [other for other in self.labels if other != label]))
        for label, value in zip(self.labels, self.values):
            questions.append(Question(f"Which {what} has the value {value}?", label,
                                      [other for other in self.labels if other != label]))
        return questions

    def claims(self, dice):
        one, two = dice.some(range(len(self.labels)), 2)
        if self.steps[one] < self.steps[two]:
            one, two = two, one
        return [Claim("chart", f"Is the value of {self.labels[one]} greater than that of {self.labels[two]}?",
                      f"Is the value of {self.labels[two]} greater than that of {self.labels[one]}?")]
