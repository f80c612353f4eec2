// A diagnosis of the demo that has found a polluter.
import type { DiagnosisArm, DiagnosisFactor, DiagnosisSummary } from "../../src/api/shapes.ts";
import { factorTitles } from "../../src/model/diagnosis.ts";

const arm = (condition: string[], text: string, runs: number, failures: number): DiagnosisArm => ({
  text,
  condition,
  runs,
  failures,
  rate_low: failures === 0 ? 0 : 0.76,
  rate_high: failures === 0 ? 0.21 : 1,
});
const polluted = arm(["after=tests/a.py::test_x"], "after tests/a.py::test_x", 8, 8);
const alone = arm(["order=alone"], "alone", 8, 0);
const nothing = arm([], "as ever", 0, 0);

const factor = (name: DiagnosisFactor["factor"]): DiagnosisFactor => ({
  factor: name,
  standing: name === "order" ? "confirmed" : name === "clock" ? "impossible" : "untried",
  obstacle: name === "clock" ? "clock: the image has no <libfaketime>" : "",
  often: name === "order" ? polluted : nothing,
  seldom: name === "order" ? alone : nothing,
  odds: 1,
});

export const victimAnswer =
  "order-dependent victim of tests/a.py::test_x: 8 failures in 8 runs after tests/a.py::test_x; no failure in 8 runs alone";

export const diagnosis = (): DiagnosisSummary => ({
  effort: 1,
  factors: (Object.keys(factorTitles) as DiagnosisFactor["factor"][]).map(factor),
  found: factor("order"),
  tests: ["tests/a.py::test_x"],
  reproduce_run: "testlooper run demo 1a2b3c4d5e --test unit/tests/b.py::test_y --times 3",
  reproduce_docker: "docker run --rm -i image sh <<'TL_SCRIPT'\ntrue\nTL_SCRIPT\n",
  needs_checkout: true,
  reproduced: polluted,
});
