// What two commits' tests have in common and what not, in groups.
import { useState } from "preact/hooks";
import type { ComparedCommit, ComparedTest, Counts } from "../api/shapes.ts";
import { type ChangeGroup, changeTitles, wasText } from "../model/compare.ts";
import { countsText } from "../model/counts.ts";
import { count, plural } from "../model/format.ts";
import { verdictLooks } from "../model/looks.ts";
import { testUrl } from "../model/routes.ts";
import { Mark } from "./mark.tsx";
import { Ago, CommitLink, Name, TestName } from "./text.tsx";

const step = 200; // tests of a group that are shown at once

export function ComparedCommitLine(props: { repo: string; commit: ComparedCommit; role: string }) {
  const { repo, commit, role } = props;
  return (
    <p class="compared">
      <span class="dim">{role}</span> <CommitLink repo={repo} sha={commit.sha} />{" "}
      <Name text={commit.subject} />{" "}
      <span class="dim">
        · <Ago at={commit.committed_at} /> · {plural(commit.tests, "test")}
      </span>
      {!commit.listed && (
        <span class="tone-error">
          {" "}
          not listed yet: {commit.unlisted.length === 0 && "all of it"}
          {commit.unlisted.map((suite) => (
            <Name key={suite} text={suite} />
          ))}
        </span>
      )}
    </p>
  );
}

export const CompareGroups = ({ repo, groups }: { repo: string; groups: ChangeGroup[] }) => (
  <>
    {groups.map((group) => (
      <Group key={group.change} repo={repo} group={group} />
    ))}
  </>
);

function Group({ repo, group }: { repo: string; group: ChangeGroup }) {
  const [shown, setShown] = useState(step);
  const { title, hint, tone } = changeTitles[group.change];
  const left = group.tests.length - shown;
  return (
    <section class="card" aria-label={title}>
      <h2>
        <span class={`tone-${tone}`}>{title}</span> <span class="dim">{count(group.tests.length)}</span>{" "}
        <span class="hint dim">{hint}</span>
      </h2>
      <div class="scroll-x">
        <table class="plain compare">
          <thead>
            <tr>
              <th scope="col">test</th>
              <th scope="col">suite</th>
              <th scope="col">before</th>
              <th scope="col">now</th>
            </tr>
          </thead>
          <tbody>
            {group.tests.slice(0, shown).map((test) => (
              <Row key={test.test} repo={repo} test={test} />
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && (
        <button type="button" onClick={() => setShown(shown + step)}>
          Show {count(Math.min(step, left))} more of {count(left)}
        </button>
      )}
    </section>
  );
}

function Row({ repo, test }: { repo: string; test: ComparedTest }) {
  const was = wasText(test);
  return (
    <tr data-row={test.test}>
      <td>
        <a href={testUrl(repo, test.test)} data-row-link>
          <TestName path={test.path} name={test.name} />
        </a>
        {was !== "" && (
          <div class="dim">
            <Name text={was} />
          </div>
        )}
      </td>
      <td class="dim">
        <Name text={test.suite} />
      </td>
      <Side verdict={test.base_verdict} counts={test.base} />
      <Side verdict={test.head_verdict} counts={test.head} />
    </tr>
  );
}

function Side({ verdict, counts }: { verdict: string; counts: Counts | null }) {
  const known = Object.entries(verdictLooks).find(([name]) => name === verdict);
  return (
    <td>
      {known && counts ? (
        <>
          <Mark look={known[1]} /> {countsText(counts)}
        </>
      ) : (
        <span class="dim">not listed</span>
      )}
    </td>
  );
}
