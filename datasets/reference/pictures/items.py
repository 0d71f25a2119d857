"""The test items about pictures, in the data shapes of the public benchmarks that they are modelled on.

Each maker yields (picture, rows); a row gets the path of its picture as ``image``.
"""

from json import dumps

from closed_world import TEST, TRAINING, Dice
from pictures.canvas import PALETTE
from pictures.cards import Cards, Numbers
from pictures.charts import Chart
from pictures.diagrams import DIAGRAMS
from pictures.pages import Page
from pictures.png import png
from pictures.questions import LETTERS, options_of, prompt
from pictures.scenes import Scene
from pictures.training import GROUPS, samples

MME_PICTURES, MMBENCH_PICTURES, CHARTS, PAGES, SCIENCE, CALIBRATION = 96, 100, 100, 100, 160, 64
MME_KINDS = {"existence": Scene, "count": Scene, "position": Scene, "color": Scene, "OCR": Cards, "numerical_calculation": Numbers}
# The first words of a question -> its category; the names are MMBench's where it has one.
MMBENCH_CATEGORIES = {
    "What colour": "attribute_recognition", "Which shape": "object_recognition", "Where": "object_localization",
    "How many": "counting", "Which word": "ocr", "Which number": "ocr",
}
ROTATION = 1_000_000


def mme(dice):
    """Two questions a picture, one to be answered with yes and one with no."""
    for index in range(MME_PICTURES):
        category = list(MME_KINDS)[index % len(MME_KINDS)]
        while True:
            picture = MME_KINDS[category](dice, TEST)
            claims = [claim for claim in picture.claims(dice) if claim.category == category]
            if claims:
                break
        claim = dice.pick(claims)
        rows = [{"question_id": f"{category}/{index // len(MME_KINDS):02}", "category": category, "question": text, "answer": answer}
                for text, answer in ((claim.yes, "Yes"), (claim.no, "No"))]
        yield picture, dice.shuffled(rows)


def mmbench(dice):
    """Four options; each question comes four times with its options turned, told apart by millions of the index."""
    categories = list(dict.fromkeys(MMBENCH_CATEGORIES.values()))
    for index in range(MMBENCH_PICTURES):
        category = categories[index % len(categories)]
        while True:
            picture = dice.pick([Cards, Numbers] if category == "ocr" else [Scene])(dice, TEST)
            fitting = [question for question in picture.questions(dice)
                       if len(question.wrong) >= 3 and category == mmbench_category(question)]
            if fitting:
                break
        question = dice.pick(fitting)
        options = options_of(question, dice)
        rows = []
        for turn in range(4):
            turned = options[turn:] + options[:turn]
            rows.append({"index": index + turn * ROTATION, "question": question.text, "hint": "", **dict(zip(LETTERS, turned)),
                         "answer": LETTERS[turned.index(question.answer)], "category": category})
        yield picture, rows


def mmbench_category(question):
    return next(name for start, name in MMBENCH_CATEGORIES.items() if question.text.startswith(start))


def chartqa(dice):
    """A value to read off and a label to find for each chart."""
    for _ in range(CHARTS):
        picture = Chart(dice, TEST)
        yield picture, [{"type": kind, "question": question.text, "answer": question.answer}
                        for kind, questions in (("value", picture.readings()), ("label", picture.comparisons()))
                        for question in [dice.pick(questions)]]


def docvqa(dice):
    for index in range(PAGES):
        picture = Page(dice, TEST)
        yield picture, [{"questionId": 2 * index + i, "question": question.text, "answers": [question.answer]}
                        for i, question in enumerate(dice.some(picture.questions(dice), 2))]


def scienceqa(dice):
    for index in range(SCIENCE):
        kind = DIAGRAMS[index % len(DIAGRAMS)]
        picture = kind(dice, TEST)
        options = options_of(picture.question, dice)
        yield picture, [{"id": index, "topic": kind.__name__.lower(), "hint": picture.question.hint, "question": picture.question.text,
                         "choices": options, "answer": options.index(picture.question.answer)}]


TASKS = {"micro_mme": mme, "micro_mmbench": mmbench, "micro_chartqa": chartqa, "micro_docvqa": docvqa, "micro_scienceqa": scienceqa}


def calibration(_):
    """Training pictures with what was asked about them, for methods that look at activations."""
    for index in range(CALIBRATION):
        group = list(GROUPS)[index % len(GROUPS)]
        for picture, turns in samples(group, f"calibration {index}", 1, TRAINING):
            text = "\n\n".join(f"{asked} {answer}" for asked, answer in turns[:6])
            yield picture, [{"text": f"<image>\n{text}"}]


def files(folder, name, make):
    """File name -> content of a set of items and of its pictures."""
    content, lines = {}, []
    for index, (picture, rows) in enumerate(make(Dice("items", name))):
        image = f"images/{name}/{index:03}.png"
        content[f"{folder}/{image}"] = png(picture.canvas(), PALETTE)
        lines += [dumps({"image": image, **row}) + "\n" for row in rows]
    return {f"{folder}/{name}.jsonl": "".join(lines).encode(), **content}


def all_files():
    found = files("text", "calibration_pictures", calibration)
    for name, make in TASKS.items():
        found |= files("tasks", name, make)
    return found


def asked(name, row):
    """(prompt, answer) of a row as the task file of that name puts it, without the picture in front."""
    if name == "micro_mmbench":
        return prompt(row["question"], [row[letter] for letter in LETTERS]), row["answer"]
    if name == "micro_scienceqa":
        return prompt(row["question"], row["choices"], row["hint"]), LETTERS[row["answer"]]
    return prompt(row["question"]), row["answers"][0] if name == "micro_docvqa" else row["answer"]
