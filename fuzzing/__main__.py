"""The command line: `python -m fuzzing TARGET`."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
import warnings
from hashlib import sha256
from pathlib import Path

FOUND = Path(__file__).parent / "found"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzzing")
    parser.add_argument(
        "target", nargs="?", default="all", help="what is given the inputs; all of them one after another"
    )
    parser.add_argument("inputs", nargs="*", type=Path, help="these inputs only")
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--coverage", action="store_true", help="let atheris guide the inputs by what they reach"
    )
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of libraries
    if options.coverage:
        return _guided(options.target, options.seconds, options.seed)
    from fuzzing.targets import TARGETS

    if options.list:
        for name, target in TARGETS.items():
            print(f"{name:10} {target.about}")
        return 0
    names = list(TARGETS) if options.target == "all" else [options.target]
    if unknown := [name for name in names if name not in TARGETS]:
        parser.error(f"there is no target `{unknown[0]}`: there are {', '.join(TARGETS)}")
    return max([_tried(name, options) for name in names])


def _tried(name: str, options: argparse.Namespace) -> int:
    from fuzzing.inputs import inputs
    from fuzzing.targets import TARGETS

    target, faults, tried = TARGETS[name], set[str](), 0
    given = (path.read_bytes() for path in options.inputs) if options.inputs else inputs(name, options.seed)
    end = time.monotonic() + options.seconds
    for data in given:
        if time.monotonic() > end and not options.inputs:
            break
        tried += 1
        try:
            target.run(data)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__} at {place.filename}:{place.lineno}"
            if fault not in faults:
                faults.add(fault)
                FOUND.mkdir(exist_ok=True)
                file = FOUND / f"{name}-{sha256(data).hexdigest()[:12]}"
                file.write_bytes(data)
                traceback.print_exc()
                print(f"{fault}\n  {file}", file=sys.stderr)
    print(f"{name}: {tried:,} inputs, {len(faults)} faults")
    return 1 if faults else 0


def _guided(name: str, seconds: float, seed: int) -> int:
    try:
        import atheris
    except ModuleNotFoundError:
        print("error: `--coverage` needs atheris: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["sladsl", "sladsl_lsp"]):
        from fuzzing.targets import TARGETS
    from fuzzing.inputs import seeds

    folder = FOUND.parent / "grown" / name  # what reached something new; libFuzzer reads and writes it
    folder.mkdir(parents=True, exist_ok=True)
    FOUND.mkdir(exist_ok=True)
    for data in seeds(name):
        (folder / sha256(data).hexdigest()[:16]).write_bytes(data)
    limits = [
        f"-max_total_time={seconds:.0f}",
        f"-seed={seed}",
        "-timeout=60",
        "-rss_limit_mb=8000",
        "-max_len=20000",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={FOUND}/{name}-", str(folder)], TARGETS[name].run)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
