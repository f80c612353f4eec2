// Builds the pages once for all browser tests, away from anybody's dist.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    dist: string;
  }
}

export default async function setup(project: TestProject) {
  const { build } = await import("vite");
  const dist = mkdtempSync(join(tmpdir(), "testlooper-web-"));
  await build({ logLevel: "warn", build: { outDir: dist, emptyOutDir: true } });
  project.provide("dist", dist);
  return () => rmSync(dist, { recursive: true, force: true });
}
