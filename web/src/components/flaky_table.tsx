// The table of flaky tests: how often, since when, at what cost, and why each is on the list.
import type { FlakyTest } from "../api/shapes.ts";
import {
  bars,
  expiryText,
  intervalText,
  rateText,
  standingLooks,
  trendLooks,
  trendSentence,
} from "../model/flaky.ts";
import { duration, plural } from "../model/format.ts";
import { testId } from "../model/filter.ts";
import { printableName } from "../model/printable.ts";
import { causeWord } from "../model/diagnosis.ts";
import { clusterUrl, experimentUrl, quarantineUrl, testUrl } from "../model/routes.ts";
import { useGradual } from "../state/gradual.ts";
import { Mark } from "./mark.tsx";
import { Ago, CommitLink, Name, Sentence, TestName } from "./text.tsx";

const on_a_screen = 12;

export function FlakyTable({ repo, tests }: { repo: string; tests: FlakyTest[] }) {
  const drawn = useGradual(tests.length, on_a_screen);
  return (
    <div class="scroll-x">
      <table class="plain flaky">
        <thead>
          <tr>
            <th scope="col">test, and why it is here</th>
            <th scope="col">rate</th>
            <th scope="col">trend</th>
            <th scope="col">since, and last seen</th>
            <th scope="col">impact</th>
            <th scope="col">fails as</th>
            <th scope="col">cause</th>
            <th scope="col">quarantine</th>
          </tr>
        </thead>
        <tbody>
          {tests.slice(0, drawn).map((test) => (
            <Row key={test.test} repo={repo} test={test} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ repo, test }: { repo: string; test: FlakyTest }) {
  return (
    <tr data-row={test.test}>
      <td class="flaky-why">
        <div class="flaky-name">
          <Mark look={standingLooks[test.standing]} />
          <span>
            <a href={testUrl(repo, test.test)} data-row-link>
              <TestName path={test.path} name={test.name} />
            </a>{" "}
            <span class="dim">
              <Name text={test.suite} />
            </span>
          </span>
        </div>
        <p class="dim">
          <Sentence text={test.why} />
        </p>
      </td>
      <td data-of="rate">
        <strong>{rateText(test.rate)}</strong>
        <div class="dim">{intervalText(test.rate)}</div>
      </td>
      <td data-of="trend">
        <Trend repo={repo} test={test} />
      </td>
      <td data-of="since">
        <div>
          <CommitLink repo={repo} sha={test.first.sha} />{" "}
          <span class="dim">
            <Ago at={test.first.committed_at} />
          </span>
        </div>
        {test.last.sha !== test.first.sha && (
          <div>
            <CommitLink repo={repo} sha={test.last.sha} />{" "}
            <span class="dim">
              <Ago at={test.last.committed_at} />
            </span>
          </div>
        )}
      </td>
      <td data-of="impact">
        {plural(test.commits_hit, "commit")}
        <div class="dim">
          {plural(test.people, "person", "people")}, {duration(test.lost_us)} of failed runs
        </div>
      </td>
      <td class="flaky-cluster" data-of="fails as">
        {test.cluster ? (
          <a href={clusterUrl(repo, test.cluster.key)}>
            <Name text={firstLine(test.cluster.message)} />
            {test.cluster.tests > 1 && <span class="dim"> with {test.cluster.tests - 1} more</span>}
          </a>
        ) : (
          <span class="dim">no message</span>
        )}
      </td>
      <td data-of="cause">
        {test.diagnosis ? (
          <a href={experimentUrl(test.diagnosis.experiment)} title={printableName(test.diagnosis.answer)}>
            {causeWord(test.diagnosis.cause)}
          </a>
        ) : (
          <span class="dim">not diagnosed</span>
        )}
      </td>
      <td data-of="quarantine">
        {test.quarantine ? (
          <>
            <Name text={test.quarantine.owner} />
            <div class={test.quarantine.expired ? "tone-error" : "dim"}>
              {expiryText(test.quarantine)}
            </div>
          </>
        ) : (
          <a href={quarantineUrl(repo, `${test.suite}/${testId(test)}`)}>
            put in<span class="unseen"> quarantine: {printableName(test.name)}</span>
          </a>
        )}
      </td>
    </tr>
  );
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";

function Trend({ repo, test }: { repo: string; test: FlakyTest }) {
  const newest = test.changes.at(-1);
  const shown = bars(test.history);
  return (
    <>
      <svg
        class="bars"
        viewBox={`0 0 ${Math.max(1, shown.length) * 4} 20`}
        preserveAspectRatio="xMinYMax"
        role="img"
        aria-label={trendSentence(test.history)}
      >
        {shown.map((bar, place) => (
          <rect
            key={place}
            class={bar.height > 0 ? "bar" : "bar none"}
            x={place * 4}
            width={3}
            y={19 - bar.height * 18}
            height={1 + bar.height * 18}
          >
            <title>{bar.text}</title>
          </rect>
        ))}
      </svg>
      <div>
        <Mark look={trendLooks[test.trend]} words />
        {newest && (
          <>
            {" "}
            <span class="dim">since</span> <CommitLink repo={repo} sha={newest.sha} />
          </>
        )}
      </div>
    </>
  );
}
