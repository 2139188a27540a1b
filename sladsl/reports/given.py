"""An action as it is given out: a line of JSON, the body of a request, a message in Slack. `action.schema.json` is made from the type."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from sladsl.giving import Giving
from sladsl.reports.documents import Limits, document, to_json
from sladsl.reports.inert import inert_json
from sladsl.reports.run.document import Action
from sladsl.reports.run.json import action_of
from sladsl.verdicts import Due

SCHEMA = "sladsl.action/1"


@document(
    SCHEMA,
    title="sla actions",
    about="One action that follows and was not given out before, or one that was and no longer follows. `sla actions` writes one a line, "
    "and posts one a request.",
)
class GivenAction(Action):
    agreement: str
    status: Annotated[
        Literal["follows", "withdrawn"],
        "withdrawn: it was given out, and by the data or the agreement as they are now it does not follow",
    ]
    round: Annotated[
        int, Limits(minimum=1), "how often it was given out: more than once where it was withdrawn in between"
    ]


def content_of(agreement: str, due: Due) -> dict[str, Any]:
    """What is kept of an action: with it alone it can be given out again, and withdrawn."""
    content: dict[str, Any] = to_json(action_of(due))
    return {**content, "agreement": agreement}


def line(g: Giving) -> str:
    """The document on one line, without its end."""
    status = "withdrawn" if g.withdrawn else "follows"
    said = {"schema": SCHEMA, **g.content, "status": status, "round": g.then.round}
    return inert_json(json.dumps(said, ensure_ascii=False, allow_nan=False))


def slack(g: Giving) -> str:
    """The body of a message for an incoming webhook of Slack."""
    c = g.content
    verb = f"{c['action']}" if c["action"] in {"do", "tag", "notify"} else f"{c['action']} to"
    about = f"{c['record']} {c['key']}" if c["record"] is not None else f"{c['period']}"
    owner = f", {c['owner']}" if c["owner"] is not None and c["record"] is not None else ""
    head = "withdrawn: " if g.withdrawn else ""
    return json.dumps(
        {
            "text": _plain(
                f"{head}{verb} “{c['to']}”: {about} ({c['agreement']}, {c['commitment']}, {c['cause']}, since {c['at']}{owner})"
            )
        }
    )


def _plain(text: str) -> str:
    """A text in which nothing calls anybody or is a link: Slack asks for these three signs to be written so."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
