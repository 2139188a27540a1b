"""Imports: relative to the file that says them, inside the workspace, each file once, and mistakes named where they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sladsl.compiler import Compilation, compile_text

CALENDARS = "calendar office:\n  open monday to friday 09:00 to 17:00\n"
AGREEMENT = 'agreement "A":\n  between marketing and sales\n  zone "UTC"\n  hours office\n'


def reader(files: dict[str, str]) -> Callable[[str], str]:
    def read(path: str) -> str:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return read


def compiled(text: str, files: dict[str, str], name: str = "a.sla", root: str | None = None) -> Compilation:
    return compile_text(text, name, read=reader(files), root=root)


def errors(made: Compilation) -> list[tuple[str, str, str]]:
    return [(d.file, d.code, d.message) for d in made.diagnostics if d.severity == "error"]


@pytest.mark.parametrize(
    ("name", "root", "path", "found"),
    [
        ("a.sla", None, "c.sla", "c.sla"),
        ("deals/a.sla", ".", "c.sla", "deals/c.sla"),
        ("deals/a.sla", ".", "../c.sla", "c.sla"),
        ("deals/a.sla", ".", "./x/../c.sla", "deals/c.sla"),
        ("a.sla", "..", "../c.sla", "../c.sla"),
        ("../deals/a.sla", "../..", "../../c.sla", "../../c.sla"),
        ("../deals/a.sla", "../deals", "c.sla", "../deals/c.sla"),
        ("/w/deals/a.sla", "/w", "../shared/c.sla", "/w/shared/c.sla"),
        ("file:///w/deals/a.sla", "file:///w", "../shared/c.sla", "file:///w/shared/c.sla"),
        ("C:\\w\\deals\\a.sla", "C:\\w", "../shared/c.sla", "C:/w/shared/c.sla"),
    ],
)
def test_an_import_is_relative_to_its_file(name: str, root: str | None, path: str, found: str) -> None:
    made = compiled(f'import "{path}"\n\n{AGREEMENT}', {found: CALENDARS}, name, root)
    assert errors(made) == []
    assert list(made.sources) == [name, found]
    assert "office" in made.model.calendars


@pytest.mark.parametrize(
    ("name", "root", "path"),
    [
        ("a.sla", None, "../c.sla"),
        ("deals/a.sla", None, "../c.sla"),
        ("deals/a.sla", ".", "../../etc/passwd"),
        ("deals/a.sla", "deals", "../dealsx/c.sla"),
        ("a.sla", "..", "../../c.sla"),
        ("../deals/a.sla", "../deals", "../c.sla"),
        ("/w/deals/a.sla", "/w", "../../etc/passwd"),
        ("/w/deals/a.sla", "/w", "/w/c.sla"),
        ("/w/deals/a.sla", "/w", "~/c.sla"),
        ("/w/deals/a.sla", "/w", "file:///w/c.sla"),
        ("file:///w/a.sla", "file:///w", "https://example.com/c.sla"),
        ("file:///w/a.sla", "file:///w", "../c.sla"),
    ],
)
def test_nothing_outside_the_workspace_is_read(name: str, root: str | None, path: str) -> None:
    def read(path: str) -> str:
        raise AssertionError(f"{path} was read")

    made = compile_text(f'import "{path}"\n', name, read=read, root=root)
    assert [code for _, code, _ in errors(made)] == ["SLA021"]


def test_a_file_that_two_files_import_is_read_once() -> None:
    files = {"b.sla": 'import "d.sla"\n', "c.sla": 'import "./d.sla"\n', "d.sla": CALENDARS}
    made = compiled(f'import "b.sla"\nimport "c.sla"\n\n{AGREEMENT}', files)
    assert errors(made) == []
    assert list(made.sources) == ["a.sla", "b.sla", "d.sla", "c.sla"]


def test_a_circle_of_imports_is_said_with_its_chain() -> None:
    files = {"x/b.sla": 'import "c.sla"\n', "x/c.sla": 'import "b.sla"\n'}
    made = compiled(f'import "x/b.sla"\n\n{AGREEMENT.replace("  hours office", "")}', files)
    assert errors(made) == [("x/c.sla", "SLA022", "these files import one another: b.sla → c.sla → b.sla")]


def test_a_mistake_in_an_imported_file_names_that_file() -> None:
    made = compiled(f'import "c.sla"\n\n{AGREEMENT}', {"c.sla": CALENDARS.replace("17:00", "09:00")})
    assert [(file, code) for file, code, _ in errors(made)] == [("c.sla", "SLA504")]
    assert made.plan is None


def test_a_name_declared_in_two_files_is_shown_in_both() -> None:
    made = compiled(f'import "c.sla"\n\n{AGREEMENT}\n{CALENDARS}', {"c.sla": CALENDARS})
    (diagnostic,) = [d for d in made.diagnostics if d.severity == "error"]
    assert (diagnostic.code, diagnostic.file, [x.file for x in diagnostic.labels]) == (
        "SLA202",
        "c.sla",
        ["a.sla"],
    )


def test_a_missing_import_is_one_error_and_not_one_for_every_name_it_holds() -> None:
    text = f'import "c.sla"\n\n{AGREEMENT}\nkpi volume = count of MQL\n\nmarketing owes sales:\n  volume at least 3 per month\n'
    assert [code for _, code, _ in errors(compiled(text, {}))] == ["SLA020"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(), 'there is no file "c.sla"'),
        (IsADirectoryError(), '"c.sla" is a folder'),
        (PermissionError(13, "Permission denied"), '"c.sla" cannot be read: permission denied'),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), '"c.sla" is not UTF-8 text'),
        (ValueError("it is larger than 32 MB"), '"c.sla" cannot be read: it is larger than 32 MB'),
    ],
)
def test_a_file_that_cannot_be_read_says_why(error: Exception, message: str) -> None:
    def read(path: str) -> str:
        raise error

    assert errors(compile_text('import "c.sla"\n', "a.sla", read=read)) == [("a.sla", "SLA020", message)]


def test_a_text_alone_imports_nothing() -> None:
    assert [code for _, code, _ in errors(compile_text('import "c.sla"\n'))] == ["SLA020"]


def test_sources_and_calendars_alone_are_no_mistake() -> None:
    """A file that others import says nothing of the records it maps."""
    text = 'source contacts for lead from "leads.csv":\n  id = "Id"\n\n' + CALENDARS
    made = compile_text(text, "sources.sla")
    assert errors(made) == []
    assert made.plan is None


def test_diagnostics_come_in_the_order_of_files_and_places() -> None:
    files = {"b.sla": "define X: nothing\n", "z.sla": "define Y: nobody\n"}
    made = compiled('import "z.sla"\nimport "b.sla"\n\ndefine Q: r when a\n\ndefine P: q\n', files)
    assert [
        (d.file, made.sources[d.file].position(d.span.start).line)
        for d in made.diagnostics
        if d.severity == "error"
    ] == [
        ("a.sla", 4),
        ("a.sla", 6),
        ("z.sla", 1),
        ("b.sla", 1),
    ]


def test_a_constant_of_another_file_is_wrong_where_it_is_used() -> None:
    """A set is looked at item by item, and the items stand in the other file."""
    files = {"b.sla": "# " + "a long line " * 20 + '\nlet good = {"software", "fin"}\nlet one = "fin"\n'}
    text = (
        'import "b.sla"\n\n'
        "record lead:\n"
        "  id key text\n"
        '  industry one of "software", "finance"\n'
        "  at time\n\n"
        "define M: lead when industry in good since at\n"
        "define N: lead when industry = one since at\n"
    )
    made = compiled(text, files)
    wrong = [d for d in made.diagnostics if d.code == "SLA302"]
    assert [(d.file, text[d.span.start : d.span.end]) for d in wrong] == [("a.sla", "good"), ("a.sla", "one")]
    # What would stand there instead is not the set.
    assert not any(d.fixes for d in wrong)
