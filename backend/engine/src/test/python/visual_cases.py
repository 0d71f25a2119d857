"""Prompts and scores of lmms-eval's own task code on rows of ours: visual_cases.json beside the tests' resources.

Usage: visual_cases.py FOLDER OUTPUT, with FOLDER an unpacked lmms_eval wheel (0.7.3). Needs loguru, numpy, pandas, PyYAML and requests; packages
that task files import and these functions do not use are replaced by empty ones.
"""

import importlib
import json
import pathlib
import random
import sys
import types

import yaml

FOLDER, OUTPUT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def package(name, path):
    """A package whose own __init__, which imports every model and task, is not run."""
    module = types.ModuleType(name)
    module.__path__ = [str(path)]
    sys.modules[name] = module


package("lmms_eval", FOLDER / "lmms_eval")
package("lmms_eval.tasks", FOLDER / "lmms_eval/tasks")
package("lmms_eval.tasks._task_utils", FOLDER / "lmms_eval/tasks/_task_utils")
for name in ("ai2d", "chartqa", "docvqa", "mme", "mmbench", "pope", "scienceqa", "textvqa", "vizwiz_vqa", "vqav2", "mmmu", "llava_interleave_bench"):
    package("lmms_eval.tasks." + name, FOLDER / "lmms_eval/tasks" / name)
for name in ("lmms_eval.verifiers", "lmms_eval.verifiers.openai", "rouge", "lmms_eval.filters", "lmms_eval.filters.extraction"):
    module = types.ModuleType(name)
    module.VerificationPipeline = module.OpenAIVerifier = module.Rouge = module.ExtendedRegexFilter = object
    sys.modules[name] = module


def utils(task, name="utils"):
    return importlib.import_module(f"lmms_eval.tasks.{task}.{name}")


def kwargs(task, file):
    text = (FOLDER / "lmms_eval/tasks" / task / file).read_text().replace("!function ", "")
    return yaml.safe_load(text)["lmms_eval_specific_kwargs"]["default"]


def anls():
    """The function alone: its module imports the whole harness."""
    source = (FOLDER / "lmms_eval/api/metrics.py").read_text()
    start, end = source.index("def levenshtein_distance"), source.index("def pop_stddev")
    body = "\n".join(line for line in source[start:end].split("\n"))
    cut = body.index("@register_metric")
    body = body[:cut] + body[body.index("def anls"):]
    space = {}
    exec(body, space)
    return space["anls"]


def case(rows, prompts, scores):
    return {"rows": rows, "prompts": prompts, "scores": scores}


YES = ["Yes", "No", "yes.", "No, it is not.", "Y", "n", "", "Maybe", " Yes", "Not yes", "The answer is no", "no\n"]


def ai2d():
    module, settings = utils("ai2d"), kwargs("ai2d", "ai2d.yaml")
    rows = [{"question": "Which is the root?", "options": ["leaf", "root", "stem", "7"], "answer": "1"}]
    answers = ["B", "B. root", "b", "A. leaf", "The answer is B.", "B) root", "", " B. root", "root", "B."]
    apply = module.MultiChoiceRegexFilter.apply
    right = module.ai2d_doc_to_target(rows[0], "mcq")
    filtered = apply(None, [[answer] for answer in answers], rows * len(answers))
    # exact_match with ignore_case and ignore_punctuation, as the evaluate library has it
    import re
    import string

    def same(one):
        return one.lower().translate(str.maketrans("", "", string.punctuation)) == right.lower()

    return case(rows, [module.ai2d_doc_to_text(rows[0], settings)], [[0, answer, {"exact_match": float(same(out.strip()))}] for answer, out in zip(answers, filtered)])


def chartqa():
    module, settings = utils("chartqa"), kwargs("chartqa", "chartqa.yaml")
    targets = ["14", "0.57", "3%", "0", "Yes", "-12.5", "1,200", "Inspired", "2013", "1e3", "nan"]
    rows = [{"question": f"What is {i}?", "answer": target, "type": "human_test" if i % 2 else "augmented_test"} for i, target in enumerate(targets)]
    answers = ["14", "14.7", "14.71", "13.3", "0.6", "3", "0.03", "3.1%", "0", "0.0", "yes", "YES.", "-12", "1200", "1,200", "inspired", "2012", "2110", "2114", "1_000", "inf", "nan", "", "1000.0", "%", "3 %"]
    scores = [[i, answer, module.chartqa_process_results(row, [answer])] for i, row in enumerate(rows) for answer in answers]
    return case(rows, [module.chartqa_doc_to_text(row, settings) for row in rows], scores)


def docvqa():
    module, settings, metric = utils("docvqa"), kwargs("docvqa", "_default_template_docvqa_yaml"), anls()
    rows = [
        {"question": "What is the name of the university?", "answers": ["university of california", "University of California", "university of california, san diego"], "docId": 1},
        {"question": "How much?", "answers": ["0.28"], "docId": 1},
        {"question": "Which?", "answers": ["Straße  7", "naïve café"], "docId": 2},
        {"question": "Nothing?", "answers": [""], "docId": 3},
    ]
    answers = ["university of california", "UNIVERSITY  OF CALIFORNIA", "university california", "0.28", "0.2", "28", "strasse 7", "straße 7", "naive cafe", "", "x" * 40, "san diego"]
    scores = [[i, answer, metric(row["answers"], [answer])] for i, row in enumerate(rows) for answer in answers]
    return case(rows, [module.docvqa_doc_to_text(row, settings) for row in rows], scores)


def mme():
    module, settings = utils("mme"), kwargs("mme", "mme.yaml")
    rows = [
        {"question_id": "existence/1.jpg", "category": "existence", "question": "Is there a cat in this image? Please answer yes or no.", "answer": "Yes"},
        {"question_id": "existence/1.jpg", "category": "existence", "question": "Is there a dog in this image? Please answer yes or no.", "answer": "No"},
        {"question_id": "code_reasoning/2.png", "category": "code_reasoning", "question": " Is the output '7'?  Please answer yes or no.", "answer": "Yes"},
    ]
    scores = []
    for i, row in enumerate(rows):
        for answer in YES:
            result = module.mme_process_results(row, [answer])
            scores.append([i, answer, {name: value["score"] for name, value in result.items()}])
    return case(rows, [module.mme_doc_to_text(row, settings) for row in rows], scores)


def mmbench():
    evaluator = utils("mmbench", "mmbench_evals").MMBench_Evaluator()
    module = utils("mmbench", "en_utils")
    settings = kwargs("mmbench", "_default_template_mmbench_en_yaml")
    shared = {"category": "x", "L2-category": "y", "source": "s", "split": "dev"}
    rows = [
        {"index": 7, "question": "What is it?", "hint": "nan", "A": "a cat", "B": "a dog", "C": "nan", "D": "nan", "answer": "B", **shared},
        {"index": 1000007, "question": "What is it?", "hint": "nan", "A": "a dog", "B": "a cat", "C": "nan", "D": "nan", "answer": "A", **shared},
        {"index": 8, "question": "Which?", "hint": "Look left.", "A": "red", "B": "green", "C": "blue", "D": "light blue", "answer": "C", **shared},
    ]
    answers = ["A", "B", "C", "D", "E", "A.", "(B)", "B. a dog", "A cat is in the picture, B", "a dog", "A DOG!", "a cat and a dog", "The answer is (C).", "C) blue", "blue", "light blue", "A or B", "", "Z", "It is a B", ":C", "A big red thing"]
    scores = []
    for i, row in enumerate(rows):
        for answer in answers:
            item = {key: (None if value == "nan" else value) for key, value in row.items()}
            item["prediction"] = answer
            inferred = evaluator.prefetch_answer(item)
            scores.append([i, answer, {"circular_acc": float(inferred == row["answer"]), "unresolved": float(not inferred)}])
    return case(rows, [module.mmbench_doc_to_text(row, settings) for row in rows], scores)


def scienceqa():
    module, settings = utils("scienceqa"), kwargs("scienceqa", "scienceqa_img.yaml")
    rows = [
        {"question": "Which is heavier?", "hint": "", "choices": ["stone", "feather"], "answer": 0},
        {"question": "Which one?", "hint": "Two things\nare seen.", "choices": ["x", "y", "z"], "answer": 2},
    ]
    answers = ["A", "a", "A.", "A. stone", "C", "C. z", "c. z", "The answer is C", "", "B", " C", "C)"]
    scores = [[i, answer, module.sqa_process_results(row, [answer])] for i, row in enumerate(rows) for answer in answers]
    return case(rows, [module.sqa_doc_to_text(row, settings) for row in rows], scores)


def pope():
    module, settings = utils("pope"), kwargs("pope", "pope.yaml")
    truths = ["yes", "no"] * 6
    rows = [{"question_id": str(i), "question": f" Is there a thing {i} in the image?", "answer": truth, "image_source": f"p{i // 2}"} for i, truth in enumerate(truths)]
    scores, results = [], []
    for i, (row, answer) in enumerate(zip(rows, YES)):
        result = module.pope_process_results(row, [answer])
        results.append(result["pope_accuracy"])
        scores.append([i, answer, {"pope_accuracy": result["pope_accuracy"]["score"]}])
    found = case(rows, [module.pope_doc_to_text(row, settings) for row in rows], scores)
    found["aggregates"] = {
        "pope_accuracy": module.pope_aggregate_accuracy(results),
        "pope_precision": module.pope_aggregate_precision(results),
        "pope_recall": module.pope_aggregate_recall(results),
        "pope_f1_score": module.pope_aggregate_f1_score(results),
    }
    return found


PEOPLE = [
    ["stop"] * 10,
    ["two", "2", "2", "Two", "three", "3", "2.", "a two", "2 dogs", "one"],
    ["it's", "its", "it is", "don't know", "dont know", "the left", "left", "a left", "left.", "left-hand"],
    ["1,000", "1000", "1 000", "$1,000", "1,000.50", "1000.5", "yes/no", "yes", "no", "unanswerable"],
    ["coca-cola", "coca cola", "Coca Cola", "cocacola", "coke", "coke!", "\"coke\"", "a coke", "coke's", "none"],
]
SAID = ["stop", "Stop.", "2", "two", "the two", "it's", "its", "dont know", "left", "the left", "1,000", "1000", "1,000.50", "coca cola", "Coca-Cola", "coke", "coke's", "unanswerable", "none", "0", "", "yes/no", "left - hand", "a\nleft", "3 , 4"]


def vqa_texts(task, file):
    module, settings = utils(task), kwargs(task, file)
    rows = [{"question_id": i, "image_id": i, "question": "what Does it SAY?", "answers": people} for i, people in enumerate(PEOPLE)]
    scorer = getattr(module, task + "_process_results")
    scores = [[i, answer, {"exact_match": float(scorer(json.loads(json.dumps(row)), [answer])["exact_match"])}] for i, row in enumerate(rows) for answer in SAID]
    return case(rows, [getattr(module, task + "_doc_to_text")(row, settings) for row in rows], scores)


def vqav2():
    module, settings = utils("vqav2"), kwargs("vqav2", "_default_template_vqav2_yaml")
    rows = [
        {"question_id": i, "image_id": i, "question": "What is it?", "multiple_choice_answer": people[0], "answers": [{"answer": one, "answer_id": j + 1, "answer_confidence": "yes"} for j, one in enumerate(people)]}
        for i, people in enumerate(PEOPLE)
    ]
    scores = [[i, answer, {"exact_match": float(module.vqav2_process_results(json.loads(json.dumps(row)), [answer])["exact_match"])}] for i, row in enumerate(rows) for answer in SAID]
    return case(rows, [module.vqav2_doc_to_text(row, settings) for row in rows], scores)


def mmmu():
    module, settings = utils("mmmu"), kwargs("mmmu", "mmmu_val.yaml")
    rows = [
        {"id": "validation_Accounting_1", "question": "<image 1> What is the cost?", "options": "['$6', '$7', 'the same \\'cost\\'', '$9']", "question_type": "multiple-choice", "answer": "B"},
        {"id": "validation_Art_Theory_2", "question": "Compare <image 2> and <image 1>.", "options": "['<image 3>', 'neither']", "question_type": "multiple-choice", "answer": "A"},
        {"id": "validation_Math_3", "question": "<image 1> How much?", "options": "[]", "question_type": "open", "answer": "4.125"},
        {"id": "validation_Physics_4", "question": "<image 1> Which unit?", "options": "[]", "question_type": "open", "answer": "V"},
        {"id": "validation_Music_5", "question": "<image 1> Which chord?", "options": "[]", "question_type": "open", "answer": "Major triad"},
    ]
    answers = ["B", "(B)", "B.", "B) $7", "The answer is (A) or (B)", "A or B", "I would say the same 'cost' holds for this one", "$7", "nothing of the kind at all I think", "A", "4.125", "4.12", "4.13", "x = 4.125", "So the result is 4.1250 V.", "about 1,004.125 or 4.125e0", "V", "volts, V in short", "it is a V", "a major triad", "The answer is:\nmajor triad.", "", "is is", "42", "1,000", "B C D E F G", "A. <image 3>", "Thus x = 7\nso 4.12"]
    scores = []
    random.seed(0)
    for i, row in enumerate(rows):
        for answer in answers:
            open_question = row["question_type"] == "open"
            drawn = []
            original = random.choice
            random.choice = lambda choices: drawn.append(1) or "?"
            parsed = module.mmmu_process_results(row, [answer])["mmmu_acc"]
            random.choice = original
            _, metric = module.evaluate_mmmu([parsed])
            scores.append([i, answer, {"mmmu_acc": float(metric["acc"]), "unresolved": float(bool(drawn) and not open_question)}])
    return case(rows, [module.mmmu_doc_to_text(row, settings) for row in rows], scores)


def interleave():
    module = utils("llava_interleave_bench")
    rows = [
        {"sub_task": "NLVR2_Mantis", "question": "<image> <image> Is it true that both are red? A. Yes B. No Your answer is:", "answer": "A"},
        {"sub_task": "NLVR2_Mantis", "question": "Left or right?", "answer": "B. right"},
        {"sub_task": "NLVR2_Mantis", "question": "Which?", "answer": "Left"},
    ]
    answers = ["A", "A. Yes", "(A)", "a", "It is a lie", "B", "b. right", "right", "left", "Left.", "'left'", "", "left, of course", "1,2 left"]
    scores = [[i, answer, {"acc": float(module.mcq_acc(row["answer"], answer))}] for i, row in enumerate(rows) for answer in answers]
    return case(rows, [module.doc_to_text(row, {"mcq_post_prompt": ""}) for row in rows], scores)


CASES = {
    "ai2d": ai2d(),
    "chartqa": chartqa(),
    "docvqa_val": docvqa(),
    "mme": mme(),
    "mmbench_en_dev": mmbench(),
    "scienceqa_img": scienceqa(),
    "pope": pope(),
    "textvqa_val": vqa_texts("textvqa", "_default_template_textvqa_yaml"),
    "vizwiz_vqa_val": vqa_texts("vizwiz_vqa", "_default_template_vqa_yaml"),
    "vqav2_val": vqav2(),
    "mmmu_val": mmmu(),
    "nlvr2": interleave(),
}
with OUTPUT.open("w") as out:
    tasks = [f"{json.dumps(name)}: {json.dumps(found, ensure_ascii=False)}" for name, found in CASES.items()]
    out.write("{\n" + ",\n".join(tasks) + "\n}\n")
