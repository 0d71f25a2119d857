"""Renders small templates with Jinja2 itself; its answers are the test of org.bitrank.engine.template.

    pip install jinja2==3.1.6
    python template_cases.py > ../resources/org/bitrank/engine/template/cases.json
"""

import json

import jinja2

VARIABLES = {
    "text": "The quick  brown fox's \"tail\"\n",
    "blanks": " \t padded\u00a0\u2003",
    "unicode": "stra\u00dfe \U0001f916 caf\u00e9 \u0130",
    "digits": "42",
    "number": 7,
    "real": 0.1,
    "large": 1e22,
    "flag": True,
    "nothing": None,
    "words": ["one", "two", "three"],
    "mixed": [1, 2.5, "it's", 'say "so"', None, True, ["in", "ner"]],
    "empty": [],
    "choices": {"text": ["a", "b c"], "label": ["A", "B"], "items": "hidden"},
    "rows": [{"name": "x", "n": 3}, {"name": "y", "n": 1}, {"name": "z", "n": 2}],
}

TEMPLATES = [
    # values as Python prints them
    "{{mixed}}", "{{choices}}", "{{flag}} {{nothing}} {{real}} {{large}} {{1/3}} {{2e-7}} {{10/2}}",
    "{{words}} {{[unicode, blanks, text]}}", "{{ {'a': 1, 2: 'b'} }}", "{{[1, [2, []]]}}",
    # operators
    "{{7 // 2}} {{-7 // 2}} {{7 % 3}} {{-7 % 3}} {{2 ** 10}} {{7 / 2}} {{1 + 2 * 3}} {{(1 + 2) * 3}} {{-number}}",
    "{{'a' ~ 1 ~ nothing ~ flag}} {{'ab' * 3}} {{[1] + [2]}}", "{{1 < 2 < 3}} {{1 == 1.0}} {{'a' < 'b'}} {{1 != 2}} {{not flag}}",
    "{{'two' in words}} {{'four' not in words}} {{'qui' in text}} {{'label' in choices}}",
    "{{nothing or 'else'}} {{flag and number}} {{0 or ''}}", "{{'yes' if flag else 'no'}} {{'a' if not flag else 'b' if number else 'c'}}",
    # places, slices, attributes
    "{{words[0]}} {{words[-1]}} {{words[1:]}} {{words[::-1]}} {{text[4:9]}} {{text[::-1]}} {{unicode[7]}}",
    "{{choices.text}} {{choices['label'][1]}} {{choices.label.index('B')}} {{choices['items']}}", "{{words[5:9]}} {{words[-2:]}} {{words[:-1]}}",
    # methods of texts
    "[{{blanks.strip()}}] [{{text.strip('T\\n')}}] [{{text.rstrip()}}] [{{blanks.lstrip()}}]",
    "{{text.split()}} {{text.split(' ')}} {{text.split(' ', 1)}} {{'a.b.c'.rsplit('.', 1)}} {{'a|(b'.split('|(')}}",
    "{{unicode.upper()}} {{unicode.capitalize()}} {{'hELLO wORLD'.capitalize()}} {{\"it's a\".title()}}",
    "{{', '.join(words)}} {{text.replace('quick', 'slow')}} {{'aaa'.replace('a', 'b', 2)}}",
    "{{text.startswith('The')}} {{text.endswith(('x', '\\n'))}} {{text.find('brown')}} {{text.count(' ')}} {{digits.isdigit()}}",
    "{{'{} and {0}'.format('x') if false else '{} {}'.format(1, 'b')}} {{'7'.zfill(3)}} {{'abc'.removeprefix('a')}}",
    # filters
    "{{words|length}} {{text|trim}} {{words|join(', ')}} {{words|first}} {{words|last}} {{digits|int + 1}} {{'x'|int(5)}} {{'2.5'|float}}",
    "{{rows|map(attribute='name')|join}} {{words|map('upper')|list}} {{rows|sort(attribute='n')|map(attribute='name')|list}}",
    "{{rows|selectattr('n', 'gt', 1)|map(attribute='name')|list}} {{rows|rejectattr('n', 'eq', 1)|list|length}} {{[1, 2, 3, 4]|select('even')|list}}",
    "{{missing|default('d')}} {{''|default('d', true)}} {{words|reverse|list}} {{[3, 1, 2]|sort}} {{[3, 1, 2]|max}} {{[1, 2]|sum}} {{-3|abs}}",
    "{{2.5|round}} {{2.567|round(2)}} {{'hello world-wide'|title}} {{'a\\nb'|indent(2)}} {{unicode|lower}} {{['b', 'a', 'B']|unique|list}}",
    "{{choices|dictsort|length}} {{words|string}} {{'x'|replace('x', 'y')}}",
    # tests
    "{{missing is defined}} {{text is defined}} {{nothing is none}} {{text is string}} {{number is number}} {{words is iterable}} {{choices is mapping}}",
    "{{number is odd}} {{number is divisibleby 7}} {{number is not even}} {{flag is true}} {{number is integer}} {{real is float}}",
    # statements
    "{% for w in words %}{{loop.index}}{{w}}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for w in empty %}x{% else %}none{% endfor %}", "{% for k, v in {'a': 1, 'b': 2}.items() %}{{k}}={{v};{% endfor %}".replace("{{v};", "{{v}};"),
    "{% for r in rows if r.n > 1 %}{{loop.index0}}{{r.name}}{% endfor %}", "{% set x = 1 %}{% for w in words %}{% set x = 2 %}{% endfor %}{{x}}",
    "{% set ns = namespace(n=0) %}{% for w in words %}{% set ns.n = ns.n + loop.revindex %}{% endfor %}{{ns.n}}",
    "{% if number > 5 %}big{% elif number > 2 %}mid{% else %}small{% endif %}", "{% set t %}{{number}}!{% endset %}{{t}}{{t}}",
    "{% macro m(a, b='B') %}<{{a}}{{b}}>{% endmacro %}{{m(1)}}{{m(1, b=2)}}", "{% filter upper %}abc{{digits}}{% endfilter %}",
    "{% raw %}{{not}} {% if %}{% endraw %}", "{# gone #}left", "{% for i in range(3) %}{{loop.previtem if loop.index > 1 else '-'}}{% endfor %}",
    "{% for w in words %}{{loop.cycle('x', 'y')}}{% endfor %}", "{% set a, b = [1, 2] %}{{b}}{{a}}",
    # white space
    "a\n{% if flag %}\nb\n{% endif %}\nc\n", "a \n {%- if flag -%} \n b \n {%- endif -%} \n c", "  {{- 'x' -}}  y", "a\n  {% if flag %}  b{% endif %}\n", "x\n{# c #}\ny\n\n",
    "a\n  {%+ if flag %}b{% endif +%}\nc",
    # refused
    "{{missing}}", "{{missing.more}}", "{{words.nope}}", "{{text + 1}}", "{{words.index('four')}}", "{{1 / 0}}", "{{nope()}}", "{{text|nofilter}}",
    "{% for %}{% endfor %}", "{% if flag %}", "{{ 1 + }}", "{{ 'open }}",
]


def render(environment, template):
    try:
        return {"text": environment.from_string(template).render(VARIABLES)}
    except (jinja2.TemplateError, TypeError, ValueError, ZeroDivisionError):
        return {"refused": True}


def main():
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    chat = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    cases = [{"template": t, "strict": render(strict, t), "chat": render(chat, t)} for t in TEMPLATES]
    print(json.dumps({"jinja2": jinja2.__version__, "variables": VARIABLES, "cases": cases}, indent=1))


main()
