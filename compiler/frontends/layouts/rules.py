"""The engine: applies the rules of a profile to a sentence.

Before: a parse, of any set of labels.
After:  a layout, with each rule that fired, and what no rule could tell.
"""

from __future__ import annotations

from attrs import define, field

from ..parses.parse import Parse
from .layout import Item, Layout, Step, alternatives_of
from .profile import Profile, WordRule, profile_of
from .sentence import Node, Sentence, normal
from .tables import lists, plain


def layout_of(parse: Parse, profile: str | Profile | None = None, *, compat: bool = False) -> Layout:
    """The layout of a sentence by a profile (None: the default one).

    It takes any parse. What cannot be told becomes the words of `Profile.nothing`, and is listed in `fallback`. Raises
    CompileError (NMT450, NMT451) for a profile that is not there, or broken.
    """
    rules = profile if isinstance(profile, Profile) else profile_of(profile)
    return _Work(normal(parse), rules, compat).layout()


@define(eq=False)
class _Work:
    sentence: Sentence
    profile: Profile
    compat: bool
    steps: list[Step] = field(factory=list)
    fallback: list[str] = field(factory=list)
    text: str = ""

    def layout(self) -> Layout:
        """All steps, one after the other."""
        sentence, profile = self.sentence, self.profile
        for name in dict.fromkeys(sentence.unknown):
            self._step("labels", 0, f"`{name}` is no relation of {sentence.parse.labels}: read as `dep`")
        head, used = self._head()
        yesno = self._yesno()
        taken = self._words(set(used)) if head or not profile.alone else []
        kept = self._kept(taken)
        items = tuple(self._item(node, rule) for node, rule in kept)
        if not head:
            head = self._nothing("head", profile.nothing[0])
        if not items:
            items = (Item(self._nothing("leaf", profile.nothing[1])),)
        asked = used[0] if used else 0
        terms = alternatives_of(head, asked, items, yesno=yesno, all_=profile.alternatives)
        return Layout(profile.name, head, yesno, items, terms, tuple(used), tuple(self.steps), tuple(self.fallback))

    def _step(self, rule: str, number: int, outcome: str) -> None:
        self.steps.append(Step(rule, number, outcome))

    def _nothing(self, what: str, word: str) -> str:
        self.fallback.append(f"{what} {word}")
        self._step("fallback", 0, f"no rule gives a {what}: `{word}`")
        return word

    # -- the head

    def _head(self) -> tuple[str, list[int]]:
        """The head, empty where no rule gives one, and the words that it was read from."""
        self.text, starts = self._text()
        for rule in self.profile.heads:
            if rule.compat is not None and rule.compat != self.compat:
                continue
            found = rule.match.match(self.text)
            if not found:
                continue
            group = "head" if "head" in rule.match.groupindex else 0
            begin, end = found.span(group)
            used = [number for number, start in starts if begin <= start < end]
            head = rule.head or found["head"].replace(" ", "_")
            for number in used[:1] or [0]:
                self._step(rule.name, number, f"head `{head}`")
            return head, used
        return "", []

    def _text(self) -> tuple[str, list[tuple[int, int]]]:
        """The words in lower case, one blank between two, and where each begins; short forms of `be` in full."""
        parts: list[str] = []
        starts: list[tuple[int, int]] = []
        at = 0
        for number, word in enumerate(self.sentence.words, 1):
            if not word:
                continue
            node = self.sentence.nodes.get(number)
            shown = plain(word)
            if shown.startswith("'") and node is not None and node.category in {"verb", "modal"}:
                shown = {"'s": "is", "'re": "are"}.get(shown, shown)
            starts.append((number, at))
            parts.append(shown)
            at += len(shown) + 1
        return " ".join(parts), starts

    def _yesno(self) -> bool:
        """The paper's rule: the first word, and no `or` behind it."""
        words = [word.lower() for word in self.sentence.words if word]
        asks = bool(words) and words[0] in lists()["asks"]
        against = lists()["against"] & {*words, *self.sentence.joints} if asks else ()
        yesno = asks and not against
        why = f"begins with `{words[0]}`" if asks else f"`{words[0]}` asks for more" if words else "has no words"
        why += " but holds `or`" if against else ""
        self._step("yesno" if yesno else "other", 0, why)
        return yesno

    # -- the words

    def _words(self, used: set[int]) -> list[tuple[Node, WordRule]]:
        """The words that a rule takes, with their rules."""
        taken = []
        for node in self.sentence.nodes.values():
            if node.number in used:
                if not (node.category == "wh" or node.lemma in lists()["be"]):
                    self._step("named by the head", node.number, "left out")
                continue
            rule = next((one for one in self.profile.words if self._fits(one, node)), None)
            if rule is None:
                continue
            if rule.take == "skip":
                self._step(rule.name, node.number, "left out")
                continue
            taken.append((node, rule))
        return taken

    def _fits(self, rule: WordRule, node: Node) -> bool:
        if rule.compat is not None and rule.compat != self.compat:
            return False
        if (
            (rule.category and node.category not in rule.category)
            or (rule.role and node.role not in rule.role)
            or (rule.lemma and node.lemma not in rule.lemma)
            or node.lemma in rule.without
            or node.depth > rule.deepest
            or (rule.spelled is not None and not rule.spelled.match(node.word))
            or (rule.question is not None and not rule.question.match(self.text))
        ):
            return False
        if rule.under and not self._under(rule.under, node):
            return False
        if rule.side and (rule.side == "left") != (node.number < node.head):
            return False
        if rule.asking is None:
            return True
        return self._asks(node) == rule.asking

    def _asks(self, node: Node, deep: int = 2) -> bool:
        """Whether a word asks, or one that hangs on it: `what color`, `how many birds`."""
        if node.category == "wh":
            return True
        below = self.sentence.under(node.number) if deep and node.category != "verb" else []
        return any(one.role != "clause" and self._asks(one, deep - 1) for one in below)

    def _under(self, wanted: frozenset[str], node: Node) -> bool:
        parent = self.sentence.parent(node)
        if parent is None:
            return False
        if parent.head:
            return parent.role in wanted
        return "root" in wanted or ("be" if parent.lemma == "be" else "verb") in wanted

    def _kept(self, taken: list[tuple[Node, WordRule]]) -> list[tuple[Node, WordRule]]:
        """The nearest of them, in the order of the sentence."""
        ranked = sorted(taken, key=lambda one: (one[1].only, self._far(*one), one[0].number))
        ranked = [one for at, one in enumerate(ranked) if not (at and one[1].only)]
        kept, rest = ranked[: self.profile.most], ranked[self.profile.most :]
        for node, rule in sorted(taken, key=lambda one: one[0].number):
            if any(one is node for one, _ in kept):
                self._step(rule.name, node.number, _said(self._item(node, rule)))
            elif any(one is node for one, _ in rest):
                self._step(rule.name, node.number, f"left out: the {self.profile.most} nearest are taken")
            else:
                self._step(rule.name, node.number, "left out: another word is there")
        return sorted(kept, key=lambda one: one[0].number)

    def _far(self, node: Node, rule: WordRule) -> int:
        """How far away a word counts as."""
        if self.profile.nearest == "root":
            return node.depth
        return self.profile.words.index(rule) if self.profile.nearest == "rule" else 0

    @staticmethod
    def _item(node: Node, rule: WordRule) -> Item:
        return Item(node.lemma, node.number, node.preposition if rule.take == "rel" else "")


def _said(item: Item) -> str:
    return f"rel[{item.relation}](leaf[{item.word}]())" if item.relation else f"leaf[{item.word}]()"
