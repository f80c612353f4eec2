// The top of a commit's page: which commit, how it stands, and where it failed to get ready, why.
import { useState } from "preact/hooks";
import type { CommitPage, CommitSummary } from "../api/shapes.ts";
import { count, plural } from "../model/format.ts";
import { statusLooks } from "../model/looks.ts";
import { failedStep } from "../model/preparation.ts";
import { cancelQuestion } from "../model/questions.ts";
import { branchUrl, compareUrl, reposUrl, repoUrl, taskUrl } from "../model/routes.ts";
import { AskButton } from "./confirm.tsx";
import { CopyButton, Progress } from "./controls.tsx";
import { Pill, Tally } from "./mark.tsx";
import { Ago, CommitLink, Name, Sentence } from "./text.tsx";
import { whyNot } from "../state/session.ts";

interface Props {
  page: CommitPage;
  // Resolves to "" where the server took it, else to what is wrong.
  onRetry: () => Promise<string>;
  onCancel: () => Promise<string>; // all that is wanted of it
}

export function CommitHead({ page, onRetry, onCancel }: Props) {
  const { commit, repo } = page;
  const rest = page.message.slice(page.message.indexOf("\n") + 1).trim();
  return (
    <header class="commit-head">
      <nav class="crumbs" aria-label="breadcrumbs">
        <a href={reposUrl()}>Repositories</a>
        <a href={repoUrl(repo)}>
          <Name text={repo} />
        </a>
        {page.branches.map((branch) => (
          <a key={branch} class="mono" href={branchUrl(repo, branch)}>
            <Name text={branch} />
          </a>
        ))}
      </nav>
      <h1>
        <Name text={commit.subject} />
      </h1>
      <div class="commit-facts">
        <Pill look={statusLooks[commit.status]} />
        <span class="mono sha">{commit.sha.slice(0, 12)}</span>
        <CopyButton text={commit.sha} what="the commit's id" />
        <span>
          <Name text={commit.author} /> · <Ago at={commit.committed_at} />
        </span>
        <Parents repo={repo} commit={commit} />
        <Numbers page={page} />
        {isUnderWay(commit) && (
          <AskButton
            text="Cancel"
            label="cancel all testing of this commit"
            question={cancelQuestion("all testing of this commit", onCancel)}
          />
        )}
      </div>
      {page.message.includes("\n") && rest !== "" && (
        <details class="message">
          <summary>message</summary>
          <pre>
            <Sentence text={rest} />
          </pre>
        </details>
      )}
      <Problem page={page} onRetry={onRetry} />
    </header>
  );
}

const isUnderWay = ({ status }: CommitSummary): boolean =>
  status === "waiting" || status === "running";

function Parents({ repo, commit }: { repo: string; commit: CommitSummary }) {
  const { parents, sha } = commit;
  if (parents.length === 0) return <span class="dim">the first commit</span>;
  return (
    <span>
      <span class="dim">{parents.length > 1 ? "merge of" : "parent"}</span>{" "}
      {parents.map((parent) => (
        <CommitLink key={parent} repo={repo} sha={parent} />
      ))}{" "}
      <a href={compareUrl(repo, sha, parents[0])}>
        compare<span class="unseen"> with its parent, test by test</span>
      </a>
    </span>
  );
}

function Numbers({ page }: { page: CommitPage }) {
  const { commit } = page;
  return (
    <span class="commit-numbers">
      <span>{plural(commit.tests, "test")}</span>
      <span>
        <Tally n={commit.failing} tone="bad" of="failing" /> failing
      </span>
      <span>
        <Tally n={commit.flaky} tone="flaky" of="flaky" /> flaky
      </span>
      <span>
        <Progress
          done={commit.runs_done}
          wanted={commit.runs_wanted}
          label="runs of those wanted"
        />{" "}
        <span class="number">
          {count(commit.runs_done)}/{count(commit.runs_wanted)} runs
        </span>
      </span>
    </span>
  );
}

function Problem({ page, onRetry }: Pick<Props, "page" | "onRetry">) {
  const [said, setSaid] = useState("");
  const failed = failedStep(page);
  if (page.commit.error === "" && !failed) return null;
  return (
    <div class="notice tone-error" role="alert">
      <span class="notice-text">
        <Sentence text={page.commit.error || (failed?.error ?? "")} />
      </span>
      {failed?.task != null && <a href={taskUrl(failed.task)}>its log</a>}
      {failed && (
        <button
          type="button"
          data-action="Try the failed step again"
          disabled={whyNot("runner") !== ""}
          title={whyNot("runner") || undefined}
          onClick={() => void onRetry().then((e) => setSaid(e || "trying again"))}
        >
          Try again
        </button>
      )}
      {said !== "" && <span>{said}</span>}
    </div>
  );
}
