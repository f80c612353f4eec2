// Which step of a commit's preparation failed first: the one that the page points at.
import type { CommitPage, StepSummary } from "../api/shapes.ts";

export function failedStep(
  page: Pick<CommitPage, "config" | "plan" | "environments" | "suites">,
): StepSummary | undefined {
  const steps = [
    page.config,
    page.plan,
    ...page.environments.map((environment) => environment.step),
    ...page.suites.map((suite) => suite.step),
  ];
  return steps.find((step) => step.state === "failed");
}
