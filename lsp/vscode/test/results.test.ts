import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomesOf, testsIn } from "../src/results";

test("tests are found where declarations begin, to the last line of each", () => {
  const text = 'kpi a = count of lead\r\n\r\ntest "one \\"two\\" \\\\":\r\n  lead { }\r\n  # why\r\n\r\n  expect a\r\n\r\n# test "no":\r\n  test "no":\r\ntest   "three":\r\n  expect b';
  assert.deepEqual(testsIn(text), [
    { name: 'one "two" \\', line: 2, last: 9 },
    { name: "three", line: 10, last: 11 },
  ]);
  assert.deepEqual(testsIn('test "not closed:\n'), []);
  assert.deepEqual(testsIn(""), []);
});

test("what became of tests, with a place for each failure", () => {
  const expectation = { text: "expect met", line: 12, passed: false, why: "it is missed" };
  const tests = [
    { name: "a", file: "x", line: 10, passed: false, as_of: null, error: null, notes: ["n"], expectations: [expectation, { ...expectation, passed: true, why: null }] },
    { name: "b", file: "x", line: 20, passed: false, as_of: null, error: "no rows", notes: [], expectations: [] },
  ];
  assert.deepEqual(outcomesOf(JSON.stringify({ schema: "sladsl.test/1", summary: {}, tests })), [
    { name: "a", line: 9, passed: false, error: undefined, failures: [{ line: 11, expected: "expect met", why: "it is missed" }], notes: ["n"] },
    { name: "b", line: 19, passed: false, error: "no rows", failures: [], notes: [] },
  ]);
});

test("anything else is not read as outcomes", () => {
  for (const output of ["", "error: 1 error", "null", "[]", '{"schema": "sladsl.test/2", "tests": []}']) {
    assert.equal(outcomesOf(output), undefined);
  }
});
