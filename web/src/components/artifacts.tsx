// The files that an attempt left in TEST_ARTIFACTS, to be saved; and what of them was not kept.
import type { ArtifactSummary, AttemptSummary } from "../api/shapes.ts";
import { artifactUrl } from "../model/files.ts";
import { bytes, plural } from "../model/format.ts";
import { Ago, Name, Sentence } from "./text.tsx";

// `children` is the list of files, where there are any.
export function Artifacts(props: { attempt: AttemptSummary; children: preact.ComponentChildren }) {
  const { artifacts, artifact_bytes, warnings, artifacts_removed_at } = props.attempt;
  if (artifacts === 0 && warnings.length === 0 && artifacts_removed_at === null) return null;
  return (
    <section class="card" aria-labelledby="artifacts">
      <h2 id="artifacts">
        {plural(artifacts, "artifact")} <span class="dim">{bytes(artifact_bytes)}</span>
      </h2>
      {artifacts_removed_at !== null ? (
        <p class="dim">
          They were removed by retention, <Ago at={artifacts_removed_at} />.
        </p>
      ) : (
        artifacts > 0 && props.children
      )}
      <ul class="warnings">
        {warnings.map((warning) => (
          <li key={warning}>
            <Sentence text={warning} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ArtifactFiles(props: { task: number; attempt: number; files: ArtifactSummary[] }) {
  return (
    <ul class="artifacts">
      {props.files.map((file) => (
        <li key={file.path}>
          <a href={artifactUrl(props.task, props.attempt, file.path)} download>
            <Name text={file.path} mono />
          </a>
          <span class="number dim">{bytes(file.bytes)}</span>
        </li>
      ))}
    </ul>
  );
}
