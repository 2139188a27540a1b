"""`sla sql`: the statements that a database would run, without a connection to one."""

from __future__ import annotations

import click


@click.command("sql")
@click.argument("agreement", metavar="AGREEMENT")
@click.option(
    "--dialect", default="duckdb", show_default=True, help="duckdb, postgres, snowflake, bigquery, spark, …"
)
def command(agreement: str, dialect: str) -> int:
    """Show the SQL that a run would be, for a database of your choice."""
    from sladsl.cli.reading import plan_of
    from sladsl.engines.tables import sql

    plan = plan_of(agreement)
    try:
        statements = sql(plan, dialect)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        "\n\n".join(f"-- {title}\n{statement.rstrip().rstrip(';')};" for title, statement in statements)
    )
    return 0
