"""The closed world that every text and every test item of the embedded suite speaks about.

Everything is drawn from one seed. Only ``random.Random.random`` is used, the one method whose sequence Python
promises to keep, so the world is the same under every Python version.
"""

import hashlib
import random
from dataclasses import dataclass

SEED = "bitrank-reference-1"
PEOPLE = 24000

TRAINING, TEST, VALIDATION, RESERVE = "training", "test", "validation", "reserve"


class Dice:
    """A seeded source of choices."""

    def __init__(self, *seed):
        self._random = random.Random("/".join(str(part) for part in (SEED, *seed))).random

    def chance(self, probability):
        return self._random() < probability

    def number(self, low, high):
        return low + int(self._random() * (high - low + 1))

    def pick(self, values):
        return values[int(self._random() * len(values))]

    def some(self, values, count):
        """``count`` different values in random order."""
        pool = list(values)
        for i in range(count):
            j = i + int(self._random() * (len(pool) - i))
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:count]

    def shuffled(self, values):
        return self.some(values, len(values))


def bucket(*key):
    """The number 0..19 of a combination of facts; it alone decides where the combination may be written down."""
    digest = hashlib.blake2b("/".join(str(part) for part in key).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 20


def split_of(*key):
    number = bucket(*key)
    if number < 2:
        return TEST
    if number == 2:
        return VALIDATION
    if number == 3:
        return RESERVE
    return TRAINING


WOMEN = """Ada Agnes Alma Amelia Anna Astrid Beatrix Bella Bertha Bianca Carla Cecilia Celia Clara Cora Daphne Della
Diana Dora Edith Elena Elsa Emilia Emma Erika Esther Eva Fanny Felicia Fiona Flora Freya Gerda Gloria Greta Hanna
Hazel Heidi Helena Hilda Ida Ingrid Irene Iris Isabel Ivy Jana Johanna Julia Karin Katja Klara Laura Lena Leonie Lily
Linda Lotte Lucia Luna Magda Maria Marta Matilda Mina Miriam Nadia Nina Nora Olga Olivia Paula Petra Rita Rosa Ruth
Selma Sonja""".split()
MEN = """Adam Albert Alfred Anton Arthur August Basil Benno Boris Bruno Carl Caspar Clemens Conrad David Dennis Edgar
Edmund Edwin Emil Erik Ernst Fabian Felix Ferdinand Florian Frank Fritz Gabriel Georg Gilbert Gregor Gustav Hans Harald
Hector Henry Herman Hugo Igor Isaac Ivan Jacob Jasper Joel Jonas Joseph Julius Karl Kurt Lars Leo Leonard Linus Louis
Lukas Magnus Marcus Martin Max Michael Moritz Nathan Niels Oliver Oscar Otto Paul Peter Philip Ralph Robert Roland
Rupert Samuel Simon Stefan Theodor""".split()
FIRST_NAMES = WOMEN + MEN
_WOMEN = frozenset(WOMEN)
FAMILY_STARTS = "Ash Bell Birch Black Brook Clay Cold Dun Elder Fair Fern Gold Grey Hart Hol Lang Long Marsh Moor Oak".split()
FAMILY_ENDS = "bourne croft den field gate hurst ley man more ridge shaw son stead ton ward".split()
TOWN_STARTS = "Alder Bram Cairn Derry East Farn Glen Hollow Inver Kings Lark Mill North Quarry River Stone".split()
TOWN_ENDS = "bridge haven mouth port".split()

JOBS = """baker potter weaver farmer doctor teacher singer painter tailor sailor miller carpenter gardener printer
blacksmith shepherd librarian fisher hunter cook dentist lawyer judge pilot dancer writer clerk guard plumber mason
butcher barber jeweller brewer beekeeper glazier""".split()
FOODS = """bread cheese soup rice fish honey cake apples pears plums cherries nuts beans carrots pancakes dumplings
noodles porridge mushrooms potatoes berries pudding omelettes salad pickles sausages melons grapes lentils
waffles""".split()
COLOURS = "red blue green yellow white black brown purple orange pink silver golden".split()
PETS = """dog cat goat parrot rabbit hamster pony turtle duck goose owl lizard ferret pigeon donkey hedgehog frog
canary mouse sheep""".split()
HOBBIES = """chess archery swimming juggling knitting skating rowing fencing climbing drawing pottery sailing sewing
wrestling hiking dancing fishing gardening whistling cycling""".split()
MONTHS = "January February March April May June July August September October November December".split()
REGIONS = "Arvia Borland Cassia Dorne Elmark Fenwald Galdor Hestia".split()
GOODS = """salt wool glass silk paper copper amber coal timber pearls ink leather candles spices marble linen soap
barrels clocks ropes""".split()
RIVERS = "Ander Brisk Corve Dolan Ester Fulda Garn Hexe Isar Jorn Kell Lunde".split()
OBJECTS = """lamp rope basket kettle hammer mirror blanket ladder bottle drum flute bucket candle clock coin comb crown
cup doll fan hat helmet jar key kite knife map mask medal necklace needle pillow plate purse ring scarf shovel spoon
stamp sword ticket trumpet umbrella vase violin wallet whistle brush bell""".split()
ROOMS = """kitchen garden cellar attic barn library market harbour tower workshop stable orchard chapel bakery forest
meadow mill school station museum""".split()
ACTIONS = "cut clean carry mend paint measure polish fold warm hide weigh dry press sort wash mark store turn shake split".split()
MATERIALS = """wood cloth stone iron paper leather glass clay wool straw wax bone silk ice copper sand rubber felt
chalk steel slate linen cork marble amber moss soap hay""".split()
TOOLS = """saw file brush needle ladle cart rake mallet roller press sponge basin hook chisel trowel scale pan frame
wedge clamp sieve stove razor grinder spade peg drill rod funnel tray""".split()
COUNTED = "apples coins shells buttons stamps marbles eggs nails cards beads".split()


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    town: str
    job: str
    food: str
    colour: str
    pet: str
    hobby: str
    month: str

    @property
    def name(self):
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Town:
    name: str
    region: str
    goods: str
    river: str


PERSON_VALUES = {
    "town": [start + end for start in TOWN_STARTS for end in TOWN_ENDS],
    "job": JOBS, "food": FOODS, "colour": COLOURS, "pet": PETS, "hobby": HOBBIES, "month": MONTHS,
}
TOWN_VALUES = {"region": REGIONS, "goods": GOODS, "river": RIVERS}


class World:
    """All facts there are."""

    def __init__(self):
        dice = Dice("world")
        self.towns = [Town(name, dice.pick(REGIONS), dice.pick(GOODS), dice.pick(RIVERS))
                      for name in PERSON_VALUES["town"]]
        families = [start + end for start in FAMILY_STARTS for end in FAMILY_ENDS]
        names = [(first, last) for first in FIRST_NAMES for last in families]
        self.people = [
            Person(first, last, **{key: dice.pick(values) for key, values in PERSON_VALUES.items()})
            for first, last in dice.some(names, PEOPLE)]
        self.tools = {(action, material): dice.pick(TOOLS) for action in ACTIONS for material in MATERIALS}


def she(first_name):
    return "she" if first_name in _WOMEN else "he"


def her(first_name):
    return "her" if first_name in _WOMEN else "his"


def article(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun
