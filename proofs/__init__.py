"""One plan, two engines: random agreements on random data, evaluated by both, and everything compared.

    agreements -> plan; histories -> rows; compare -> what differs; reduce -> the smallest case that does

`python -m proofs --pairs 20000 --seed 1` repeats the proof; `docs/two-engines.md` says what it covers.
"""
