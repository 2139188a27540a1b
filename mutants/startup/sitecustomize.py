"""Python imports this at its start wherever `mutants/startup` is on the path: processes that a test starts are changed as the tests are."""

import os

if os.environ.get("SLADSL_MUTANT") or os.environ.get("SLADSL_MUTANTS_LEARN"):
    from mutants.imports import begin_as_told

    begin_as_told()
