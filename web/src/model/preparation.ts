// Which step of a commit's preparation failed first: the one that the page points at.
import type { CommitPage, StepSummary } from "../api/shapes.ts";

export function failedStep(
  page: Pick<CommitPage, "config" | "plan" | "environments" | "builds" | "suites">,
): StepSummary | undefined {
  const steps = [
    page.config,
    page.plan,
    ...page.environments.flatMap(({ step, set_up }) => (set_up === null ? [step] : [step, set_up])),
    ...page.builds.map((build) => build.step),
    ...page.suites.map((suite) => suite.step),
  ];
  return steps.find((step) => step.state === "failed");
}
