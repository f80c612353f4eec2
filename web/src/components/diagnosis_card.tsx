// Why a test flakes: the factors that were compared, and commands that show the failure again.
import type { DiagnosisArm, DiagnosisFactor, DiagnosisSummary } from "../api/shapes.ts";
import { diagnosisLooks, factorTitles } from "../model/diagnosis.ts";
import { rateText } from "../model/experiment.ts";
import { count } from "../model/format.ts";
import { Condition } from "./condition.tsx";
import { CopyButton } from "./controls.tsx";
import { Mark } from "./mark.tsx";
import { Sentence } from "./text.tsx";

const rateOf = (arm: DiagnosisArm): string =>
  rateText(arm.failures / Math.max(1, arm.runs), arm.rate_low, arm.rate_high, arm.runs);

export function DiagnosisCard({ diagnosis }: { diagnosis: DiagnosisSummary }) {
  return (
    <>
      <section class="card" aria-labelledby="factors">
        <h2 id="factors">What was compared</h2>
        <p class="dim">
          Of each factor the two conditions that differ most, with their rates and 95 % intervals. That
          there is no difference is never proved.
        </p>
        <Factors factors={diagnosis.factors} />
      </section>
      {diagnosis.reproduced !== null && (
        <section class="card" aria-labelledby="reproduce">
          <h2 id="reproduce">To see it again</h2>
          <p>
            It failed in {count(diagnosis.reproduced.failures)} of{" "}
            {count(diagnosis.reproduced.runs)} runs <Sentence text={diagnosis.reproduced.text} />:{" "}
            {rateOf(diagnosis.reproduced)} (95 %).
          </p>
          <Command text={diagnosis.reproduce_run} what="the command for this server" />
          {diagnosis.reproduce_docker !== "" && (
            <>
              <p>
                {diagnosis.needs_checkout
                  ? "Or, in a checkout of the commit, without this server:"
                  : "Or, without this server, where its docker is:"}
              </p>
              <Command text={diagnosis.reproduce_docker} what="the command for docker" />
            </>
          )}
        </section>
      )}
    </>
  );
}

function Command({ text, what }: { text: string; what: string }) {
  return (
    <div>
      <pre>{text}</pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}

function Factors({ factors }: { factors: DiagnosisFactor[] }) {
  return (
    <div class="scroll-x">
      <table class="plain stacked">
        <thead>
          <tr>
            <th scope="col">factor</th>
            <th scope="col">verdict</th>
            <th scope="col">failed more often</th>
            <th scope="col">failed less often</th>
          </tr>
        </thead>
        <tbody>
          {factors.map((factor) => (
            <tr key={factor.factor} data-row={factor.factor}>
              <th scope="row">{factorTitles[factor.factor]}</th>
              <td>
                <Mark look={diagnosisLooks[factor.standing]} words />
                {factor.obstacle !== "" && (
                  <p class="dim">
                    <Sentence text={factor.obstacle} />
                  </p>
                )}
              </td>
              <Arm arm={factor.often} />
              <Arm arm={factor.seldom} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Arm({ arm }: { arm: DiagnosisArm }) {
  if (arm.runs === 0) return <td />;
  return (
    <td>
      {count(arm.failures)} of {count(arm.runs)} <Condition words={arm.condition} />
      <p class="dim">{rateOf(arm)}</p>
    </td>
  );
}
