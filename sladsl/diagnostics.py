"""What can be wrong with an agreement, as values.

A `Diagnostic` says what, where and what to do; how it looks (terminal, JSON, editor) is somebody else's business. Every code is
listed once, in `CODES`, with its severity and a one-line title; a code that is not listed cannot be raised.

A message is written in the reader's words: what is wrong, lower case, no full stop, the user's own words in backticks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sladsl.source import Span


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops the run, a warning does not, a hint is advice."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Safety(StrEnum):
    """Whether a fix keeps the agreement's meaning for certain, or needs a look."""

    SAFE = "safe"
    NEEDS_A_LOOK = "needs a look"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `span` of the diagnostic's file with `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out that can be applied: a title for the menu, the edits, and how safe they are."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = Safety.NEEDS_A_LOOK


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, with a word on why. `file` is None when it is the diagnostic's own file."""

    span: Span
    text: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, at one place."""

    code: str
    message: str
    span: Span
    file: str
    label: str = ""
    labels: tuple[Label, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()
    taken_as: Severity | None = None
    """How much it matters to whoever said so of its code; None: as the code does."""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"diagnostic code {self.code} is not listed in CODES")

    @property
    def severity(self) -> Severity:
        return self.taken_as or CODES[self.code].severity

    def taken_for(self, severity: Severity) -> Diagnostic:
        """The same, as much as somebody says that it matters."""
        return replace(self, taken_as=severity)


@dataclass(frozen=True, slots=True)
class Code:
    """What a code is about; `title` heads its page."""

    title: str
    severity: Severity = Severity.ERROR


# SLA0xx the file, SLA1xx words and layout, SLA2xx names, SLA3xx types and units, SLA4xx what the agreement means,
# SLA5xx time, calendars and terms, SLA6xx sources and data, SLA7xx tests in the agreement, SLA9xx hints.
CODES: dict[str, Code] = {
    "SLA001": Code("not a text file"),
    "SLA002": Code("the file is too large"),
    "SLA003": Code("nested too deeply"),
    "SLA101": Code("no declaration begins with this word"),
    "SLA102": Code("indentation"),
    "SLA103": Code("a word that cannot stand here"),
    "SLA104": Code("a declaration that is not finished"),
    "SLA105": Code("a text without its closing quote"),
    "SLA106": Code("given twice"),
    "SLA107": Code("a date or time that does not exist"),
    "SLA108": Code("a number that cannot stand here"),
    "SLA109": Code("a sign that is not part of the language"),
    "SLA110": Code("a number that can be read in two ways", Severity.WARNING),
}

# What an agreement means (sladsl/checker/rules).
CODES |= {
    "SLA401": Code("a definition that no row can meet"),
    "SLA402": Code("a condition that can never be true"),
    "SLA403": Code("an alternative that adds nothing", Severity.WARNING),
    "SLA404": Code("a part of a condition that is always true", Severity.WARNING),
    "SLA405": Code("a branch that can never apply", Severity.WARNING),
    "SLA406": Code("rows that no branch takes"),
    "SLA407": Code("the same clause twice", Severity.WARNING),
    "SLA408": Code("points that are never added", Severity.WARNING),
    "SLA409": Code("a condition that asks for what comes later", Severity.WARNING),
    "SLA410": Code("a lifecycle whose steps do not imply one another"),
    "SLA411": Code("a share that is always the same", Severity.WARNING),
    "SLA412": Code("a clock that always stops before it starts", Severity.WARNING),
    "SLA413": Code("asking whether a field that is never missing is missing", Severity.WARNING),
    "SLA414": Code("a `never` that every row breaks"),
    "SLA420": Code("a target outside what its KPI can be"),
    "SLA421": Code("a warning on the wrong side of its target"),
    "SLA422": Code("a warning at the target itself", Severity.WARNING),
    "SLA423": Code("more rows needed than the target allows"),
    "SLA424": Code("a clause that says nothing about a volume", Severity.WARNING),
    "SLA425": Code("a period without rows is left open", Severity.WARNING),
    "SLA426": Code("a consequence on the wrong side of its target", Severity.WARNING),
    "SLA427": Code("a target longer than its period", Severity.WARNING),
    "SLA520": Code("a calendar that is never open"),
    "SLA521": Code("a calendar that does not reach the deadlines it decides"),
    "SLA522": Code("holidays that are not known for the whole term", Severity.WARNING),
    "SLA523": Code("hours on a date that is closed", Severity.WARNING),
    "SLA524": Code("a period that the term cuts", Severity.WARNING),
    "SLA525": Code("a review that is overdue", Severity.WARNING),
    "SLA526": Code("states of rows that have no key"),
    "SLA527": Code("sources that keep different states of a record"),
    "SLA528": Code("a commitment on what a later state can change", Severity.WARNING),
    "SLA540": Code("a country whose parts have more holidays", Severity.HINT),
    "SLA541": Code("statistics in other hours than the target's", Severity.WARNING),
    "SLA542": Code("hours that run through a night and most of a day", Severity.WARNING),
    "SLA543": Code("a day that ends a minute early", Severity.WARNING),
    "SLA544": Code("`and` beside `or` without parentheses", Severity.WARNING),
    "SLA545": Code("a comparison with an empty text", Severity.WARNING),
    "SLA546": Code("business hours in a KPI, clock hours in its deadline", Severity.WARNING),
    "SLA547": Code("a target that every period meets", Severity.WARNING),
    "SLA548": Code("a window of days that the period's end cuts", Severity.WARNING),
    "SLA549": Code("credits that add up", Severity.WARNING),
    "SLA550": Code("a date that closes halves of nights", Severity.WARNING),
    "SLA901": Code("a declaration that nothing uses", Severity.HINT),
    "SLA903": Code("a closure that closes nothing", Severity.HINT),
    "SLA904": Code("a date outside the term", Severity.HINT),
    "SLA905": Code("a comment that ignores nothing", Severity.WARNING),
}

# Imports (sladsl/compiler.py).
CODES |= {
    "SLA020": Code("a file that cannot be imported"),
    "SLA021": Code("an import that leads out of the workspace"),
    "SLA022": Code("files that import one another"),
}

# Names (sladsl/checker).
CODES |= {
    "SLA201": Code("a name that nothing has"),
    "SLA202": Code("declared twice"),
    "SLA203": Code("a field that a record does not have"),
    "SLA204": Code("a name of another kind"),
    "SLA205": Code("a declaration and a field of the same name"),
    "SLA206": Code("not a party to the agreement"),
    "SLA207": Code("a party that owes itself"),
    "SLA208": Code("a name about another record"),
    "SLA209": Code("explained by itself"),
    "SLA210": Code("a key or an accountable field that cannot be one"),
    "SLA211": Code("rows that cannot find their parent"),
    "SLA212": Code("a function that does not exist"),
    "SLA213": Code("a field of several records"),
    "SLA610": Code("a key of a record that has none"),
    "SLA611": Code("a step from a field that names no row"),
    "SLA612": Code("a calendar of rows without their zone"),
    "SLA613": Code("hours of a row that is not named"),
    "SLA614": Code("hours of a row where they cannot stand"),
    "SLA214": Code("the same commitment twice"),
    "SLA215": Code("an encoding that does not exist"),
    "SLA216": Code("a line that no header stands in"),
}

# Types and units (sladsl/checker).
CODES |= {
    "SLA301": Code("values of different kinds"),
    "SLA302": Code("a value that an enumeration does not have"),
    "SLA303": Code("a condition is needed"),
    "SLA304": Code("units mixed"),
    "SLA305": Code("business time beside time by the clock"),
    "SLA306": Code("a target of another kind than its KPI"),
    "SLA307": Code("a time KPI is asked by its deadline"),
    "SLA308": Code("a fixed value is needed"),
    "SLA309": Code("a function given the wrong values"),
    "SLA310": Code("a percentage beside a number"),
    "SLA311": Code("not a value of one row"),
    "SLA312": Code("hours counted from a date"),
    "SLA313": Code("a moment is needed"),
    "SLA314": Code("a pattern that cannot be used"),
    "SLA315": Code("a duration that cannot stand here"),
    "SLA316": Code("a figure out of bounds"),
    "SLA317": Code("a statistic of something else than numbers"),
}

# What can be measured and promised (sladsl/checker).
CODES |= {
    "SLA430": Code("a KPI that cannot be measured"),
    "SLA431": Code("rows of a record that has none"),
    "SLA432": Code("an average of times promised"),
    "SLA433": Code("a moment that later rows move"),
    "SLA434": Code("late without a deadline"),
    "SLA435": Code("a narrowing that does not narrow"),
    "SLA436": Code("rows without an order"),
    "SLA437": Code("an agreement without a time zone"),
    "SLA438": Code("commitments without an agreement"),
    "SLA439": Code("an event that asks for a score"),
    "SLA445": Code("an event without a moment from which it is looked for"),
    "SLA446": Code("something of a row above that is kept for other moments"),
    "SLA447": Code("rows that become something from an earlier moment on"),
    "SLA448": Code("a row's moment after an event that is looked for from there on"),
    "SLA650": Code("a spell that begins or ends at no time"),
    "SLA651": Code("what a spell cannot ask yet"),
    "SLA652": Code("a spell that nothing begins or ends"),
    "SLA653": Code("rows of a spell given by hand"),
    "SLA660": Code("a value of today for all of the past", Severity.WARNING),
    "SLA450": Code("a planned time where something happens"),
    "SLA451": Code("a deadline that is not seen before it comes"),
    "SLA630": Code("a moment of the row that looks at others"),
    "SLA631": Code("a row's own field where the others are asked"),
    "SLA632": Code("a division by what the row that looks at others has"),
    "SLA633": Code("a derived field over what is kept for other moments"),
    "SLA634": Code("a KPI by what is not known when a row enters"),
    "SLA635": Code("a next row that nobody could name"),
    "SLA636": Code("a derived field through a reference"),
}

# Clauses of commitments (sladsl/language).
CODES |= {
    "SLA670": Code("a step before the one that comes first"),
    "SLA671": Code("the same step twice"),
    "SLA672": Code("steps that go two ways"),
    "SLA673": Code("rows left out that have no deadline"),
    "SLA674": Code("the same reason twice"),
    "SLA675": Code("rows left out without a reason"),
    "SLA676": Code("an exception that every row is", Severity.WARNING),
    "SLA677": Code("a row of missed periods that is none"),
    "SLA678": Code("a figure that is none"),
    "SLA679": Code("a promise that stands on itself"),
    "SLA750": Code("a promise that begins or ends within a period"),
    "SLA751": Code("two promises of one figure at once"),
    "SLA753": Code("a recipient of what is about many rows"),
    "SLA754": Code("a recipient that nothing names"),
    "SLA752": Code("a promise that no period of the term is for"),
    "SLA760": Code("a promise by groups that are none"),
    "SLA761": Code("a target from a row, where none is named"),
    "SLA762": Code("a target of a group that asks for more than the group"),
    "SLA763": Code("a target of a group that changes with the date"),
    "SLA764": Code("targets of groups that do not go together"),
    "SLA765": Code("a target from a field that holds none"),
    "SLA766": Code("groups that are not known beforehand", Severity.WARNING),
    "SLA769": Code("a division among other rows at a period's end"),
    "SLA767": Code("a time between two promises in which nothing is owed", Severity.WARNING),
}

# Clocks that stand still, and what follows on the way to a deadline (sladsl/language).
CODES |= {
    "SLA710": Code("a pause without a deadline"),
    "SLA711": Code("a pause of a deadline that the row holds"),
    "SLA712": Code("a pause by rows that have nothing to do with the clock's"),
    "SLA713": Code("a pause without a beginning or an end"),
    "SLA714": Code("a pause's limit that cannot be told"),
    "SLA715": Code("the same pause twice"),
    "SLA720": Code("a way to a deadline that there is none of"),
    "SLA721": Code("a share of the time that is no place on the way"),
    "SLA722": Code("a part of the time to a deadline that the row holds"),
    "SLA723": Code("a time before the deadline that cannot be told"),
    "SLA724": Code("a place on the way that lies beyond the deadline"),
    "SLA725": Code("a time in other hours than a pause's limit"),
}

# Time and calendars (sladsl/checker).
CODES |= {
    "SLA501": Code("a time zone that does not exist"),
    "SLA502": Code("a holiday region that does not exist"),
    "SLA503": Code("a holiday that does not exist"),
    "SLA504": Code("hours that are no time at all"),
    "SLA505": Code("hours that overlap"),
    "SLA507": Code("business time without a calendar"),
    "SLA508": Code("a calendar beside time by the clock"),
}

# Sources, and the tests in an agreement (sladsl/checker).
CODES |= {
    "SLA530": Code("an example that shows no way of writing numbers"),
    "SLA601": Code("a field filled twice"),
    "SLA602": Code("a value that does not fit its field"),
    "SLA603": Code("a time's reading for a field that is none"),
    "SLA604": Code("a value with two meanings"),
    "SLA605": Code("a way of writing times by which none can be read"),
    "SLA701": Code("a given value that does not fit"),
    "SLA702": Code("a test about several rows"),
    "SLA703": Code("a verdict that nobody owes"),
    "SLA704": Code("a verdict on a single row that has none"),
    "SLA705": Code("a route that does not exist"),
    "SLA706": Code("given twice"),
    "SLA730": Code("weekly hours that begin together and end apart"),
    "SLA731": Code("no constant that fits"),
    "SLA732": Code("dates that do not follow one another"),
    "SLA733": Code("no single fixed value"),
    "SLA734": Code("a target that changes within a period"),
    "SLA735": Code("a constant that changes where one value stands"),
    "SLA736": Code("a version of a definition that does not go with the others"),
    "SLA737": Code("a definition that changes within a period", Severity.WARNING),
    "SLA738": Code("a version of a definition that is never in force", Severity.WARNING),
    "SLA770": Code("a moment that is moved by nothing"),
    "SLA771": Code("a moment that is known only when it is past"),
    "SLA772": Code("a moment that is reckoned from one that moves"),
    "SLA775": Code("points for rows without a number of their own"),
    "SLA776": Code("a date where hours are asked"),
    "SLA777": Code("rows without an end, counted at a period's end"),
    "SLA774": Code("a reading of the clock at the end of hours"),
    "SLA778": Code("a name before a KPI that is asked by its deadline"),
    "SLA773": Code("a moment before rows that nothing dates"),
    "SLA780": Code("an age of data that is not by the clock"),
    "SLA781": Code("data of which nothing says when they end"),
    "SLA782": Code("a readable share that says nothing"),
    "SLA790": Code("a `never` that says nothing"),
}
