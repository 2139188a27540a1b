"""A stand-in for Snowflake in a process of its own, since it needs other versions of our libraries: statements in, rows out, as JSON lines.

Run with the Python that has `fakesnow`; `warehouses.Snowflake` talks to it.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from decimal import Decimal
from importlib import import_module


def plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value


def main() -> None:
    # By their names, since whoever checks types has neither.
    fakesnow, connector = import_module("fakesnow"), import_module("snowflake.connector")
    with fakesnow.patch():
        connection = connector.connect(database="sla", schema="public")
        for line in sys.stdin:
            cursor = connection.cursor()
            try:
                cursor.execute(json.loads(line))
                names = [column[0] for column in cursor.description or ()]
                rows = [[plain(value) for value in row] for row in cursor.fetchall()] if names else []
                answer: dict[str, object] = {"names": names, "rows": rows}
            except Exception as error:  # whatever it is belongs to the test that asked
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
