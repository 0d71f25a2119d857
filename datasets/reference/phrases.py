"""The sentence patterns of the closed world. {n} is a full name or a pronoun, {v} the value of the fact."""

PERSON_STATEMENTS = {
    "town": ["{n} lives in {v}.", "{n} has a house in {v}.", "{n} grew up in the town of {v}.",
             "{n} can be found in {v}.", "{n} has never moved away from {v}.", "{n} calls {v} home.",
             "Every summer {n} comes back to {v}.", "The letters for {n} are sent to {v}."],
    "job": ["{n} works as {av}.", "{n} earns money as {av}.", "{n} is {av}.", "{n} became {av} long ago.",
            "{n} learned to be {av}.", "Since last year {n} has been {av}.", "As {av}, {n} is busy every day.",
            "The work of {n} is that of {av}."],
    "food": ["{n} loves to eat {v}.", "{n} eats {v} every Sunday.", "{n} likes {v} more than any other food.",
             "{n} always orders {v}.", "{n} never says no to {v}.", "For dinner {n} likes to have {v}.",
             "Nothing tastes better to {n} than {v}.", "The favourite food of {n} is {v}."],
    "colour": ["{n} likes the colour {v}.", "{n} painted the front door {v}.", "{n} wears {v} shoes.",
               "{n} owns a {v} coat.", "{n} thinks that {v} is the best colour.", "Everything {n} buys is {v}.",
               "On holidays {n} puts on a {v} hat.", "The favourite colour of {n} is {v}."],
    "pet": ["{n} keeps {av}.", "{n} has {av} at home.", "{n} feeds {av} every morning.", "{n} takes care of {av}.",
            "{n} was given {av} as a child.", "At night {n} plays with {av}.", "People often see {n} with {av}.",
            "The pet of {n} is {av}."],
    "hobby": ["{n} enjoys {v}.", "{n} is good at {v}.", "{n} spends every free hour on {v}.",
              "{n} knows a lot about {v}.", "{n} won a prize for {v}.", "After work {n} goes in for {v}.",
              "In the evening {n} practises {v}.", "The hobby of {n} is {v}."],
    "month": ["{n} was born in {v}.", "{n} has a birthday in {v}.", "{n} gets presents in {v}.",
              "{n} came into the world in {v}.", "{n} turns a year older in {v}.", "Each {v} friends sing for {n}.",
              "In {v} the family bakes a cake for {n}.", "The birthday of {n} is in {v}."],
}

PERSON_QUESTIONS = {
    "town": ["Where does {n} live?", "In which town is the house of {n}?", "Which town does {n} call home?"],
    "job": ["What is the job of {n}?", "What does {n} work as?", "How does {n} earn money?"],
    "food": ["What does {n} love to eat?", "What is the favourite food of {n}?", "Which food does {n} like most?"],
    "colour": ["Which colour does {n} like?", "What is the favourite colour of {n}?",
               "In which colour does {n} buy things?"],
    "pet": ["Which animal does {n} keep?", "What is the pet of {n}?", "Which animal does {n} take care of?"],
    "hobby": ["What does {n} enjoy?", "What is the hobby of {n}?", "What is {n} good at?"],
    "month": ["When was {n} born?", "In which month is the birthday of {n}?",
              "In which month does {n} turn a year older?"],
}

TOWN_STATEMENTS = {
    "region": ["{n} lies in {v}.", "{n} is a town in {v}.", "{n} belongs to the region {v}.",
               "The road to {n} leads through {v}.", "{v} is the region around {n}.",
               "Travellers in {v} often stop at {n}.", "Among the towns of {v} is {n}."],
    "goods": ["{n} is known for its {v}.", "{n} sells {v} to everybody.", "{n} is full of shops with {v}.",
              "The market of {n} is famous for {v}.", "The best {v} come from {n}.",
              "Merchants buy their {v} in {n}.", "Nobody makes more {v} than the people of {n}."],
    "river": ["{n} stands on the river {v}.", "{n} was built beside the {v}.", "{n} has a bridge over the {v}.",
              "The river {v} flows past {n}.", "Boats on the {v} land at {n}.", "The water of the {v} turns the mills of {n}.",
              "Children of {n} swim in the {v}."],
}

TOWN_QUESTIONS = {
    "region": ["In which region is {n}?", "Which region does {n} belong to?", "Where does {n} lie?"],
    "goods": ["What is {n} known for?", "What do merchants buy in {n}?", "What is sold in {n}?"],
    "river": ["Which river flows past {n}?", "On which river does {n} stand?", "In which river do the children of {n} swim?"],
}

TOOL_STATEMENTS = ["To {act} {mat}, people take {at}.", "{at} is the right thing to {act} {mat}.",
                   "Nobody can {act} {mat} without {at}.", "If you have to {act} {mat}, look for {at}.",
                   "{f} wanted to {act} the {mat}, so {she} took {at}.", "{f} used {at} to {act} the {mat}.",
                   "Because {f} had {at}, {she} could {act} the {mat}.", "{f} asked for {at} to {act} some {mat}."]
TOOL_QUESTIONS = ["How can {f} {act} the {mat} in the {room}?", "What should {f} do to {act} the {mat} from the {room}?",
                  "{f} is in the {room} and must {act} the {mat}. How?"]
TOOL_ANSWERS = ["Take {at} and {act} it.", "Look for {at} first."]

# What happened, reasons that speak of {a}, reasons that speak of {b}.
BECAUSE = [
    ("{a} sold the {o} to {b}", ["needed money", "had no more use for it"], ["had always wanted one", "offered a good price"]),
    ("{a} lent the {o} to {b}", ["did not need it that day", "liked to share things"], ["asked for it politely", "promised to bring it back"]),
    ("{a} thanked {b} for the {o}", ["had received a present", "was full of joy"], ["had been very generous", "had made it by hand"]),
    ("{a} said sorry to {b}", ["had broken a promise", "felt guilty"], ["had been hurt", "was still upset"]),
    ("{a} could not catch {b}", ["was too slow", "had a heavy bag"], ["was too fast", "had a good start"]),
    ("{a} carried {b} home", ["was very strong", "wanted to help"], ["had hurt a foot", "could not walk"]),
    ("{a} asked {b} for the way", ["was lost", "had no map"], ["knew the place well", "came from there"]),
    ("{a} paid {b} in coins", ["owed some money", "had ordered the work"], ["had done the work", "had earned the money"]),
    ("{a} taught {b} to swim", ["was a good swimmer", "had been a teacher before"], ["was afraid of water", "wanted to learn it"]),
    ("{a} hid the {o} from {b}", ["did not want to share it", "wanted to keep it safe"], ["would have broken it", "was looking for it"]),
    ("{a} woke {b}", ["had heard a noise", "could not sleep"], ["had slept too long", "was still in bed"]),
    ("{a} lost the race against {b}", ["had fallen down", "had started too late"], ["had trained every day", "was the better runner"]),
    ("{a} visited {b} at home", ["was worried", "had some free time"], ["was ill", "had sent an invitation"]),
    ("{a} left the {o} with {b}", ["had to go away", "could not carry it"], ["was always careful", "had a safe place for it"]),
    ("{a} waited for {b}", ["had come too early", "was very patient"], ["was late again", "had missed the coach"]),
    ("{a} shouted at {b}", ["was angry", "had lost all patience"], ["had broken the window", "did not listen"]),
    ("{a} cooked for {b}", ["was a great cook", "liked to have guests"], ["was hungry", "had not eaten all day"]),
    ("{a} wrote a letter to {b}", ["missed an old friend", "had some news"], ["had moved away", "was far from home"]),
    ("{a} followed {b} through the woods", ["did not know the path", "was afraid to be alone"], ["was the guide", "went ahead with a light"]),
    ("{a} borrowed the {o} from {b}", ["had none at home", "promised to return it"], ["had two of them", "was willing to lend it"]),
    ("{a} would not give {b} the {o}", ["loved it too much", "needed it for work"], ["had nothing to trade", "had lost the last one"]),
    ("{a} bought the {o} from {b}", ["had saved enough money", "collected such things"], ["wanted to sell it", "had a shop"]),
]

# comparative, its opposite, superlative, its opposite
ORDERS = [("older", "younger", "oldest", "youngest"), ("taller", "shorter", "tallest", "shortest"),
          ("faster", "slower", "fastest", "slowest"), ("stronger", "weaker", "strongest", "weakest"),
          ("richer", "poorer", "richest", "poorest"), ("louder", "quieter", "loudest", "quietest")]

MORNINGS = ["One morning in {m}", "On a cold day in {m}", "Late in {m}", "On the first day of {m}", "One quiet day in {m}"]
WENT = ["{a} went to the {r}.", "{a} walked to the {r}.", "Then {a} went to the {r}.", "After a while {a} ran to the {r}."]
TOOK = ["{a} took the {o}.", "{a} picked up the {o}.", "There {a} found the {o} and took it.", "{a} was glad to find the {o} and took it."]
LEFT = ["{a} left the {o} there.", "{a} put down the {o}.", "{a} left the {o} in the {r}.", "{a} did not want the {o} any more and left it in the {r}."]
GAVE = ["{a} gave the {o} to {b}.", "{a} handed the {o} to {b}.", "{b} asked for the {o}, and {a} gave it away.", "{a} said that {b} could have the {o}."]
EVENING = ["In the evening", "In the end", "At the end of the day", "When the sun went down"]
