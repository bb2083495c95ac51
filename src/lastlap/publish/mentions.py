"""Who was named in a text, so that the family name alone will do from then on, as in a newspaper.

Strategy: a name is shortened only where its family name is known and nobody else in the text bears
it; whoever is in doubt keeps the whole name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from lastlap.publish.finding import Finding, Line, Person, Value
from lastlap.publish.names import family_alone


class Mentions:
    """The skaters of one text, and who of them was named."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        everybody = {who for one in findings for value in one.values.values() for who in people_in(value)}
        alone = {who: family_alone(who.name, who.noc) for who in everybody}
        bearers = Counter(alone.values())
        self._alone = {who: family for who, family in alone.items() if family and bearers[family] == 1}
        self._named: set[Person] = set()

    def briefly(self, value: Value) -> Value:
        """A skater who was named, or each of several, with the family name alone; all else as it is."""
        if isinstance(value, tuple):
            return tuple(self._one(one) if isinstance(one, Person) else one for one in value)
        return self._one(value) if isinstance(value, Person) else value

    def _one(self, who: Person) -> Person:
        return Person(self._alone[who], who.noc) if who in self._named and who in self._alone else who

    def name(self, values: Iterable[Value]) -> None:
        """Those who stand in a sentence have been named."""
        self._named.update(who for value in values for who in people_in(value))


def people_in(value: Value) -> Iterator[Person]:
    """The skaters that a value speaks of."""
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Person):
            yield one
        elif isinstance(one, Line):
            yield one.who
