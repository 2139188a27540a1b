"""What assistants are told, made of what people are told: `llms.txt` and `llms-full.txt` of the site, and the skill.

python ci/assistants.py        # writes skills/sladsl/SKILL.md; a test says when it is out of date
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sladsl.diagnostics import CODES, Severity
from sladsl.reports.reference import page, sections

ROOT = Path(__file__).parent.parent
SKILL = ROOT / "skills" / "sladsl" / "SKILL.md"
ABOUT = "Service level agreements between marketing and sales (or any two teams) as text: checked like a program, evaluated on data."
FORMS = (
    "agreement", "calendar", "record", "let", "score", "define", "lifecycle", "event", "spell", "kpi", "owes", "route", "source", "import",
    "test",
)  # fmt: skip
_EXAMPLE = re.compile(r"^```sla\n.*?^```$", re.MULTILINE | re.DOTALL)


def llms(nav: Mapping[str, str]) -> str:
    """`llms.txt`: what there is to read, by the titles of the site's pages."""
    lines = [f"- [{title}]({_address(path)}): {_first_sentence(path)}" for title, path in nav.items()]
    return "\n".join(["# sladsl", "", f"> {ABOUT}", "", "## Documentation", "", *lines, ""])


def llms_full(nav: Mapping[str, str]) -> str:
    """`llms-full.txt`: all of it in one text."""
    written = (ROOT / "docs" / path for path in nav.values() if (ROOT / "docs" / path).is_file())
    return "\n\n".join(each.read_text(encoding="utf-8").strip() for each in written) + "\n"


def _address(path: str) -> str:
    """Where a page is, from the root of the site."""
    return "." if path == "index.md" else f"{path.removesuffix('.md')}/"


def _first_sentence(path: str) -> str:
    file = ROOT / "docs" / path
    text = file.read_text(encoding="utf-8") if file.is_file() else ABOUT
    return _sentence(re.sub(r"\A# .*\n", "", text))


def _sentence(text: str) -> str:
    prose = " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).strip().split("\n\n")[0].split())
    return re.split(r"(?<=\.)\s(?=[A-Z`])", prose, maxsplit=1)[0]


def skill() -> str:
    """The skill: when to use it, the loop, one whole agreement, each form with an example, what goes wrong without a word elsewhere."""
    language = sections(page("language"))
    return "\n".join(
        [
            "---",
            "name: sladsl",
            "description: Write, check, test, run and explain service level agreements (.sla files) between marketing and sales or any two "
            "teams. Use when someone wants an SLA, MQL/SAL definitions, response times in business hours, volumes per month, uptime or "
            "ticket targets as code, or asks why a lead was late.",
            "---",
            "",
            "<!-- Made by `python ci/assistants.py` of docs/language.md and the codes of `sla check`: change those. -->",
            "",
            "# sladsl",
            "",
            ABOUT,
            "",
            "## The loop",
            "",
            *_LOOP,
            "",
            "## One agreement, whole",
            "",
            *(m[0] for m in list(_EXAMPLE.finditer(language["One agreement, whole"]))[:1]),
            "",
            "## Each form",
            "",
            *_forms(language),
            "## What is easily meant otherwise",
            "",
            "`sla check` warns of these. Each has a page: `sla explain CODE`.",
            "",
            *(
                f"- {code}: {each.title}"
                for code, each in sorted(CODES.items())
                if each.severity is Severity.WARNING
            ),
            "",
        ]
    )


_LOOP = (
    "1. Read the section of the reference for each form you need (`sla mcp`'s `reference`, or docs/language.md). Never guess a form.",
    "2. `sla check FILE --format json`: mend every error as its `help` says; a fix that is `safe` may be applied with `--fix`. An error's "
    "code has a page: `sla explain SLA203`.",
    "3. `sla fmt FILE`.",
    "4. Write a `test` for every promise: one row that is in time, one that is late, one at the edge (a weekend, a holiday, a missing "
    "value). `sla test FILE`.",
    "5. `sla run FILE --as-of DATE`: exit status 0 when all is well, 1 where a promise is missed, 2 where the work could not be done.",
    "6. `sla explain FILE KEY`: why a row came out as it did. Quote it; never work out a verdict, a deadline or business time yourself.",
)


def _forms(language: Mapping[str, str]) -> Iterator[str]:
    for form in FORMS:
        text = language[form]
        example = _EXAMPLE.search(text)
        assert example is not None, f"the section `{form}` of docs/language.md has no example"
        yield f"### {form}"
        yield ""
        blocks = text.split("\n\n")
        yield from () if blocks[0].startswith(("|", "```")) else (_sentence(blocks[0]), "")
        yield from (block for table in blocks if table.startswith("|") for block in (table.strip(), ""))
        yield example[0]
        yield ""


if __name__ == "__main__":
    SKILL.parent.mkdir(parents=True, exist_ok=True)
    SKILL.write_text(skill(), encoding="utf-8")
