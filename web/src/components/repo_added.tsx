// A repository was added: what is next.
import type { RepoAdded } from "../api/shapes.ts";
import { CopyButton } from "./controls.tsx";
import { Name } from "./text.tsx";

export function Added({ added, onClose }: { added: RepoAdded; onClose: () => void }) {
  return (
    <section class="notice tone-good added" role="status">
      <p>
        <Name text={added.repo} /> is added; its commits appear here by themselves.
      </p>
      {added.hook !== "" && (
        <div>
          <p>So that each push is tested at once, run this on the server's machine:</p>
          <pre>{added.hook}</pre>
          <CopyButton text={added.hook} what="the command" />
        </div>
      )}
      <button type="button" class="quiet" onClick={onClose}>
        hide
      </button>
    </section>
  );
}
