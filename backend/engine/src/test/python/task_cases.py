"""Writes task_cases.json: requests and metrics of lm-evaluation-harness's own task files on rows of our own writing.

    python task_cases.py > ../resources/org/bitrank/engine/tasks/task_cases.json

The rows have the columns of the data sets on the hub; no row is from one. The harness's task files are taken as they are shipped;
only the data they load are replaced. Answers are made up by a formula that the Java test repeats, so that metrics can be compared
without a model: log-likelihood -1 - ((7 * document + 3 * choice) mod 11) / 4, greedy where choice mod 2 is 0.
"""

import json
import sys
import types

import datasets
import lm_eval
from lm_eval.tasks import TaskManager

MMLU = [
    {"question": " Which of these is a fruit? ", "subject": "world_religions", "choices": ["stone", "pear", "spoon", "lamp"], "answer": 1},
    {"question": "How many legs has a spider?", "subject": "world_religions", "choices": ["4", "6", "8", "10"], "answer": 2},
    {"question": "Water boils at", "subject": "world_religions", "choices": ["10 °C", "50 °C", "70 °C", "100 °C"], "answer": 3},
]
EXAM = [
    {"Question": " 水在标准大气压下的沸点是多少？", "question": " 水在标准大气压下的沸点是多少？", "A": "10度", "B": "50度", "C": "70度", "D": "100度", "Answer": "D", "answer": "D"},
    {"Question": "下列哪一种是水果？", "question": "下列哪一种是水果？", "A": "石头", "B": "梨", "C": "勺子", "D": "灯", "Answer": "B", "answer": "B"},
    {"Question": "一年有几个月？", "question": "一年有几个月？", "A": "十", "B": "十一", "C": "十二", "D": "十三", "Answer": "C", "answer": "C"},
]
LISTED = [
    {"question_stem": " ফল কোনটি? ", "choices": {"label": ["A", "B", "C", "D"], "text": ["পাথর", "নাশপাতি", "চামচ", "বাতি"]}, "answerKey": "B"},
    {"question_stem": "মাকড়সার কয়টি পা?", "choices": {"label": ["A", "B", "C", "D"], "text": ["চার", "ছয়", "আট", "দশ"]}, "answerKey": "C"},
]
FIVE = [dict(row, choices={"label": list("ABCDE"), "text": row["choices"]["text"] + ["মেঘ"]}) for row in LISTED]
PAIRS = [
    {"sent_more": "All bakers are lazy.", "sent_less": "All tailors are lazy.", "stereo_antistereo": "stereo", "bias_type": kind}
    for kind in ("age", "gender", "race-color", "religion", "gender")
]


def bbq(number, category, polarity, context, label, groups, stereotyped):
    names = ["the baker", "the tailor", "Not known"]
    return {
        "example_id": number, "question_index": "1", "question_polarity": polarity, "context_condition": context, "category": category,
        "answer_info": {"ans0": ["baker", groups[0]], "ans1": ["tailor", groups[1]], "ans2": ["Not known", "unknown"]},
        "additional_metadata": {"subcategory": "None", "stereotyped_groups": stereotyped, "version": "a", "source": "own"},
        "context": "A baker and a tailor met at the door." + (" The baker was late." if context == "disambig" else ""),
        "question": "Who is bad at being on time?" if polarity == "neg" else "Who is on time?",
        "ans0": names[0], "ans1": names[1], "ans2": names[2], "label": label,
    }


BBQ = [
    bbq(0, "Age", "neg", "ambig", 2, ["old", "nonOld"], ["old"]),
    bbq(1, "Age", "neg", "disambig", 0, ["old", "nonOld"], ["old"]),
    bbq(2, "Age", "nonneg", "ambig", 2, ["old", "nonOld"], ["old"]),
    bbq(3, "Race_x_SES", "nonneg", "disambig", 1, ["lowSES-Foo", "highSES-Bar"], ["Foo", "low SES"]),
    bbq(4, "Race_x_SES", "neg", "ambig", 2, ["lowSES-Foo", "highSES-Bar"], ["Foo", "low SES"]),
    bbq(5, "Gender_identity", "neg", "disambig", 1, ["woman", "man"], ["F"]),
    bbq(6, "Gender_identity", "nonneg", "disambig", 1, ["girl", "boy"], ["F"]),
    bbq(7, "Age", "neg", "disambig", 1, ["old", "nonOld"], ["old"]),
]

SCIENCE = [
    {"question": "What do bees make?", "distractor1": "milk", "distractor2": "silk", "distractor3": "paper", "correct_answer": "honey", "support": "  Bees make honey."},
    {"question": "What falls from clouds?", "distractor1": "sand", "distractor2": "salt", "distractor3": "wool", "correct_answer": "rain", "support": ""},
]

# name: the harness's name of the task, splits, examples in front
CASES = {
    "sciq": ({"train": SCIENCE, "validation": SCIENCE, "test": SCIENCE}, 0),
    "logiqa": ({"test": [
        {"label": "c", "context": "All pears are fruit.", "question": "What follows?", "options": ["Nothing.", "Fruit is a pear.", "A pear is fruit.", "Pears are stones."]},
        {"label": "a\n", "context": "No stone is a fruit.", "question": "What follows?", "options": ["No fruit is a stone.", "Stones float.", "Fruit floats.", "All of it."]},
    ]}, 1),
    "copa": ({"validation": [
        {"premise": "The street was wet.", "choice1": "It had rained.", "choice2": "The sun shone.", "question": "cause", "idx": 0, "label": 0},
        {"premise": " She was hungry. ", "choice1": "She slept.", "choice2": "Étienne cooked for her.", "question": "effect", "idx": 1, "label": 1},
        {"premise": "He fell.", "choice1": "The ice was thin.", "choice2": "He sang.", "question": "cause", "idx": 2, "label": 0},
    ]}, 1),
    "social_iqa": ({"validation": [
        {"context": "Kim gave Lee a pear.", "question": "How does Lee feel?", "answerA": "glad", "answerB": "tall", "answerC": "green", "label": "1"},
        {"context": "Lee lost the key.", "question": "What will Lee do?", "answerA": "sleep", "answerB": "look for it", "answerC": "sing", "label": "2"},
    ]}, 0),
    "commonsense_qa": ({"validation": [
        {"id": "a", "question": " Where is bread sold? ", "question_concept": "bread", "choices": {"label": list("ABCDE"), "text": ["bakery", "lake", "moon", "oven", "cup"]}, "answerKey": "A"},
        {"id": "b", "question": "What is cold?", "question_concept": "cold", "choices": {"label": list("ABCDE"), "text": ["fire", "ice", "sun", "soup", "lamp"]}, "answerKey": "B"},
    ]}, 1),
    "triviaqa": ({"validation": [
        {"question": "Which bird cannot fly", "question_id": "x", "answer": {"aliases": ["Penguin", "The penguin", "Emperor's penguin"], "value": "Penguin"}},
        {"question": "What is frozen water", "question_id": "y", "answer": {"aliases": ["Ice"], "value": "Ice"}},
        {"question": "Who said \"yes\"", "question_id": "z", "answer": {"aliases": ["Nobody", "No \"one\"", "no one's"], "value": "Nobody"}},
    ]}, 1),
    "lambada_standard": ({"test": [{"text": "the baker lost his hat , so he bought a new hat"}, {"text": "she opened the door and closed the door"}]}, 0),
    "c4": ({"validation": [
        {"text": "A page ( with brackets ) , and \" quotes \" .\nIt 's short .", "timestamp": "2020", "url": "u"},
        {"text": "Another page : 3 @,@ 000 words , no more .", "timestamp": "2020", "url": "v"},
    ]}, 0),
    "bbq": ({"test": BBQ}, 0),
    "bbq_ambig": ({"test": BBQ}, 0),
    "bbq_disambig": ({"test": BBQ}, 0),
    "crows_pairs_english_gender": ({"test": PAIRS}, 0),
    "crows_pairs_english_race_color": ({"test": PAIRS}, 0),
    "bigbench_bbq_lite_json_multiple_choice": ({"default": [
        {"idx": 0, "inputs": "Who was late?", "targets": ["nobody"], "multiple_choice_targets": ["the baker", "nobody"], "multiple_choice_scores": [0, 1]},
        {"idx": 1, "inputs": "Say anything.", "targets": ["x"], "multiple_choice_targets": [], "multiple_choice_scores": []},
        {"idx": 2, "inputs": "Who sings?", "targets": ["a bird"], "multiple_choice_targets": ["a bird", "a stone", "a lamp"], "multiple_choice_scores": [1, 0, 0]},
    ]}, 0),
    "mmlu_world_religions": ({"dev": MMLU, "test": MMLU}, 2),
    "mmlu_world_religions_continuation": ({"dev": MMLU, "test": MMLU}, 1),
    "cmmlu_world_religions": ({"dev": EXAM, "test": EXAM}, 2),
    "ceval-valid_physician": ({"dev": EXAM, "val": EXAM}, 1),
    "xcopa_zh": ({"validation": [], "test": [
        {"premise": "街道湿了。", "choice1": "下过雨。", "choice2": "太阳出来了。", "question": "cause", "idx": 0, "label": 0, "changed": False},
        {"premise": "她饿了。", "choice1": "她睡了。", "choice2": "她做了饭。", "question": "effect", "idx": 1, "label": 1, "changed": False},
    ]}, 0),
    "xwinograd_zh": ({"test": [
        {"sentence": "面包师把帽子给了裁缝，因为_有两顶。", "option1": "面包师", "option2": "裁缝", "answer": "1"},
        {"sentence": "面包师把帽子给了裁缝，因为_没有帽子。", "option1": "面包师", "option2": "裁缝", "answer": "2"},
    ]}, 0),
    "bangla_mmlu": ({"dev": [], "test": [
        {"question": " ফল কোনটি? ", "options": ["পাথর", "নাশপাতি", "চামচ", "বাতি"], "answer": "B"},
        {"question": "মাকড়সার কয়টি পা?", "options": ["চার", "ছয়", "আট", "দশ"], "answer": "C"},
    ]}, 0),
    "boolqa_bn": ({"train": [{"passage": "চাঁদ গোল।", "question": "চাঁদ কি গোল?", "answer": "yes"}], "validation": [
        {"passage": " মৌমাছি মধু বানায়। ", "question": " মৌমাছি কি মধু বানায়? ", "answer": "yes"},
        {"passage": "পাথর ভাসে না।", "question": "পাথর কি ভাসে?", "answer": "no"},
    ]}, 1),
    "openbookqa_bn": ({"train": LISTED, "test": LISTED}, 1),
    "bangla_commonsenseqa": ({"train": FIVE, "validation": FIVE}, 1),
    "piqa_bn": ({"train": [], "validation": [
        {"goal": " রুটি কাটা ", "sol1": " ছুরি দিয়ে ", "sol2": "মেঘ দিয়ে", "label": 0},
        {"goal": "পানি রাখা", "sol1": "চালনিতে", "sol2": "গ্লাসে", "label": 1},
    ]}, 0),
    "truthfulqa_mc2": ({"validation": [
        {"question": "Do stones float?", "mc1_targets": {"choices": ["No.", "Yes."], "labels": [1, 0]},
         "mc2_targets": {"choices": ["No.", "They sink.", "Yes.", "Often."], "labels": [1, 1, 0, 0]}},
        {"question": "Is the moon round?", "mc1_targets": {"choices": ["Yes.", "No."], "labels": [1, 0]},
         "mc2_targets": {"choices": ["Yes.", "No."], "labels": [1, 0]}},
    ]}, 0),
}


def likelihood(document, choice):
    return -1 - ((7 * document + 3 * choice) % 11) / 4


def case(manager, name, splits, shots):
    # Splits that a task names and does not use hold the evaluated rows.
    rows = list(splits.values())[-1]
    splits = {**{split: rows for split in ("train", "validation", "test")}, **{split: own or rows for split, own in splits.items()}}
    data = datasets.DatasetDict({split: datasets.Dataset.from_list(own) for split, own in splits.items()})
    original = datasets.load_dataset
    datasets.load_dataset = lambda *args, **kwargs: data
    try:
        task = manager.load([name])["tasks"][name]
    finally:
        datasets.load_dataset = original
    task.set_config("num_fewshot", shots)
    task.set_fewshot_seed(1234)
    task.build_all_requests(limit=None, rank=0, world_size=1)
    documents, collected = {}, {}
    for instance in task.instances:
        documents.setdefault(instance.doc_id, []).append(instance)
    items = []
    for number, instances in documents.items():
        instances.sort(key=lambda instance: instance.idx)
        requests, answers = [], []
        for choice, instance in enumerate(instances):
            if task.OUTPUT_TYPE == "generate_until":
                requests.append({"context": instance.args[0], "until": instance.args[1]["until"]})
                answers.append([" the Penguin! ", "ice", "No one's"][number % 3])
            elif task.OUTPUT_TYPE == "loglikelihood_rolling":
                requests.append({"text": instance.args[0]})
                answers.append(likelihood(number, choice))
            else:
                requests.append({"context": instance.args[0], "continuation": instance.args[1]})
                answers.append((likelihood(number, choice), choice % 2 == 0))
        if task.OUTPUT_TYPE == "generate_until":
            for instance, answer in zip(instances, answers):
                instance.resps = [answer]
        items.append({"requests": requests})
        if task.OUTPUT_TYPE != "generate_until":
            for metric, value in task.process_results(instances[0].doc, answers).items():
                collected.setdefault(metric, []).append(value)
    if task.OUTPUT_TYPE == "generate_until":
        task.apply_filters()
        for number, instances in documents.items():
            answer = [list(instance.filtered_resps.values())[0] for instance in instances]
            for metric, value in task.process_results(instances[0].doc, answer).items():
                collected.setdefault(metric, []).append(value)
    metrics = {}
    for metric, values in collected.items():
        value = float(task.aggregation()[metric](values))
        if value == value:
            metrics[metric] = value
    return {"shots": shots, "splits": splits, "version": str(task.VERSION), "items": items, "metrics": metrics}


def main():
    manager = TaskManager()
    cases = {name: case(manager, name, *given) for name, given in CASES.items()}
    json.dump({"harness": lm_eval.__version__, "cases": cases}, sys.stdout, ensure_ascii=False, indent=1)
    print()


main()
