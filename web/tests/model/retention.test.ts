import { expect, test } from "vitest";
import type { RetentionPage, RetentionUse } from "../../src/api/shapes.ts";
import { diskUses, limitText, takenShare } from "../../src/model/retention.ts";

const use = (part: Partial<RetentionUse>): RetentionUse => ({
  ...{ repo: "demo", kind: "logs", days: 0, max_count: 0, max_mb: 0 },
  ...{ count: 0, bytes: 0, going: 0, going_bytes: 0 },
  ...part,
});

const page = (uses: RetentionUse[]): RetentionPage => ({
  ...{ revision: 1, period_s: 600, paused: "", error: "", going: [], last_run: null },
  ...{ disk_free_bytes: 25, disk_total_bytes: 100, disk_reserve_bytes: 10, store_bytes: 7 },
  uses,
});

test("a rule is said with all its parts", () => {
  expect(limitText(use({}))).toBe("no limit");
  expect(limitText(use({ days: 30, max_count: 2000, max_mb: 10_240 }))).toBe("30 days, 2,000, 10.0 GB");
});

test("what takes the disk is told a kind, over all repositories, the database first", () => {
  const uses = [
    use({ bytes: 3, count: 1, days: 30 }),
    use({ repo: "other", bytes: 4, count: 2, days: 30 }),
    use({ repo: "", kind: "images", bytes: 90, count: 5, max_mb: 1 }),
    use({ kind: "artifacts", bytes: 1, days: 1 }),
    use({ repo: "other", kind: "artifacts", days: 2 }),
  ];
  expect(diskUses(page(uses)).map((each) => [each.name, each.bytes, each.count, each.limit])).toEqual([
    ["the database", 7, undefined, "no limit"],
    ["images", 90, 5, "1.0 MB"],
    ["logs of passing runs", 7, 3, "30 days a repository"],
    ["artifacts", 1, 0, "each repository's own"],
  ]);
});

test("what is taken of a disk of unknown size is nothing", () => {
  expect(takenShare(page([]))).toBe(0.75);
  expect(takenShare({ ...page([]), disk_total_bytes: 0 })).toBe(0);
});
