// The disk on the engine's page: what is free, below what work stops, and what of ours takes it.
import type { RetentionPage } from "../api/shapes.ts";
import { bytes, count } from "../model/format.ts";
import { diskUses, takenShare } from "../model/retention.ts";
import { retentionUrl } from "../model/routes.ts";
import { Sentence } from "./text.tsx";

// Takes its room before the server has answered: docker is asked for the images.
export const DiskCard = ({ page, error }: { page: RetentionPage | undefined; error: string }) => (
  <section class="card disk" aria-labelledby="disk">
    <h2 id="disk">Disk</h2>
    {page ? <Told page={page} /> : <p class="dim">{error || "…"}</p>}
  </section>
);

const Told = ({ page }: { page: RetentionPage }) => (
  <>
    <p>
      <meter
        min={0}
        max={1}
        high={page.disk_total_bytes > 0 ? 1 - (2 * page.disk_reserve_bytes) / page.disk_total_bytes : 1}
        value={takenShare(page)}
        aria-label="taken of the disk"
      />{" "}
      <strong>{bytes(page.disk_free_bytes)}</strong> of {bytes(page.disk_total_bytes)} are free; below{" "}
      {bytes(page.disk_reserve_bytes)} no new work is taken.
    </p>
    {[page.paused, page.error].map(
      (problem) =>
        problem !== "" && (
          <p key={problem} class="notice tone-error">
            <Sentence text={problem} />
          </p>
        ),
    )}
    <div class="scroll-x" role="region" aria-label="what takes it" tabIndex={0}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">what</th>
            <th scope="col" class="number">
              size
            </th>
            <th scope="col" class="number">
              how many
            </th>
            <th scope="col">kept at most</th>
          </tr>
        </thead>
        <tbody>
          {diskUses(page).map((use) => (
            <tr key={use.name}>
              <td>{use.name}</td>
              <td class="number">{bytes(use.bytes)}</td>
              <td class="number">{use.count !== undefined && count(use.count)}</td>
              <td>{use.limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    <p>
      <a href={retentionUrl()}>What would go now, and why</a>
    </p>
  </>
);
