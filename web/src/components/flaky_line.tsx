// Why a test is on the list of flaky tests, since when, how it fails and what causes it, in its page's head.
import type { FlakyTest } from "../api/shapes.ts";
import { causeWord } from "../model/diagnosis.ts";
import { standingLooks } from "../model/flaky.ts";
import { printableName } from "../model/printable.ts";
import { clusterUrl, experimentUrl } from "../model/routes.ts";
import type { Listed } from "../state/listed.ts";
import { Mark } from "./mark.tsx";
import { Ago, CommitLink, Name, Sentence } from "./text.tsx";

// Takes its room before the list has answered.
export function FlakyLine({ repo, listed }: { repo: string; listed: Listed }) {
  const test = listed.data;
  return (
    <div class="flaky-line">
      {test && <Told repo={repo} test={test} />}
      {test === null && <span class="dim">It is not on the list of flaky tests.</span>}
      {listed.error !== "" && <span class="tone-error">{printableName(listed.error)}</span>}
    </div>
  );
}

const Told = ({ repo, test }: { repo: string; test: FlakyTest }) => (
  <>
    <p>
      <Mark look={standingLooks[test.standing]} /> <Sentence text={test.why} />
    </p>
    <p class="flaky-facts">
      <span>
        <span class="dim">since</span> <CommitLink repo={repo} sha={test.first.sha} />{" "}
        <Ago at={test.first.committed_at} />
      </span>
      {test.cluster && (
        <span>
          <span class="dim">fails as</span>{" "}
          <a href={clusterUrl(repo, test.cluster.key)}>
            <Name text={test.cluster.message.split("\n")[0] ?? ""} />
          </a>
        </span>
      )}
      <span>
        <span class="dim">cause</span>{" "}
        {test.diagnosis ? (
          <a href={experimentUrl(test.diagnosis.experiment)} title={printableName(test.diagnosis.answer, 2000)}>
            {causeWord(test.diagnosis.cause)}
          </a>
        ) : (
          "not diagnosed yet"
        )}
      </span>
      {test.quarantine && (
        <span>
          <span class="dim">in quarantine, owner</span> <Name text={test.quarantine.owner} />
        </span>
      )}
    </p>
  </>
);
