"""Inputs that nobody thought of: what reads something from outside must neither raise nor take it for what it is not.

    python -m fuzzing --list
    python -m fuzzing csv --seconds 60
    python -m fuzzing parse --coverage --seconds 3600      guided by what is reached (needs `pip install atheris`)
    python -m fuzzing csv fuzzing/corpus/csv/a-file        one input again

An input that shows a fault is written to `fuzzing/found/`; once the fault is mended it is kept in `fuzzing/corpus/`, which the tests run.
"""
