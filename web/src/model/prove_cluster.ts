// The proofs that a cluster's fix takes.
import type { ClusterTest, ExperimentRequest } from "../api/shapes.ts";

// One for each test that is known to flake, each with its share of the risk.
export function proofsOf(
  repo: string,
  tests: ClusterTest[],
  commit: string,
  risk: number,
): ExperimentRequest[] {
  const flaky = tests.filter((test) => test.standing !== "");
  return flaky.map((test) => ({
    kind: "prove",
    repo,
    test: String(test.test),
    ...(commit === "" ? {} : { commit }),
    against: "known",
    risk: risk / flaky.length,
  }));
}
