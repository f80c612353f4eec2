// What retention keeps, in words; and what takes the disk, a line a kind.
import type { RetentionPage, RetentionUse } from "../api/shapes.ts";
import { bytes, count, plural } from "./format.ts";

export const keptKinds: Record<RetentionUse["kind"], string> = {
  logs: "logs of passing runs",
  failed_logs: "logs of failing runs",
  artifacts: "artifacts",
  layers: "layers",
  images: "images",
  builds: "outputs of builds",
};

export function limitText(use: RetentionUse): string {
  const parts = [
    use.days > 0 && plural(use.days, "day"),
    use.max_count > 0 && count(use.max_count),
    use.max_mb > 0 && bytes(use.max_mb * 1_048_576),
  ].filter((part) => part !== false);
  return parts.length === 0 ? "no limit" : parts.join(", ");
}

export interface DiskUse {
  name: string;
  count: number | undefined;
  bytes: number;
  limit: string;
}

const limitOf = (uses: RetentionUse[]): string => {
  const limits = new Set(uses.map(limitText));
  const [only] = limits;
  if (limits.size > 1) return "each repository's own";
  return uses.length > 1 && only !== "no limit" ? `${only} a repository` : (only ?? "");
};

// The database, then each kind over all repositories; what takes most first.
export function diskUses(page: RetentionPage): DiskUse[] {
  const kinds = [...new Set(page.uses.map((use) => use.kind))];
  const kept = kinds.map((kind): DiskUse => {
    const uses = page.uses.filter((use) => use.kind === kind);
    return {
      name: keptKinds[kind],
      count: uses.reduce((sum, use) => sum + use.count, 0),
      bytes: uses.reduce((sum, use) => sum + use.bytes, 0),
      limit: limitOf(uses),
    };
  });
  const store: DiskUse = { name: "the database", count: undefined, bytes: page.store_bytes, limit: "no limit" };
  return [store, ...kept.sort((a, b) => b.bytes - a.bytes)];
}

// What of the disk is taken, 0 to 1.
export const takenShare = (page: RetentionPage): number =>
  page.disk_total_bytes > 0 ? 1 - page.disk_free_bytes / page.disk_total_bytes : 0;
