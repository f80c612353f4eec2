// Builds the pages once for all browser tests, as a user does, away from anybody's dist.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    dist: string;
  }
}

export default function setup(project: TestProject) {
  const dist = mkdtempSync(join(tmpdir(), "testlooper-web-"));
  const env = { ...process.env };
  delete env.NODE_ENV; // the tests' own would build for development
  execFileSync("./build.sh", [dist], { cwd: join(import.meta.dirname, "../.."), env });
  project.provide("dist", dist);
  return () => rmSync(dist, { recursive: true, force: true });
}
