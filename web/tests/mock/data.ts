// The made-up repositories that the pages are tried with: what a small project has, what a large one has,
// and names as nobody would wish them.
import type { Counts, RepoSettings } from "../../src/api/shapes.ts";

export interface MockTest {
  id: number;
  suite: string;
  path: string;
  name: string;
  labels: string[];
  // Its chance to fail at a commit, by the commit's age (0 is the newest).
  rate: (age: number) => number;
  listed: (age: number) => boolean;
}

export interface MockCommit {
  id: number;
  sha: string;
  parents: string[];
  subject: string;
  body: string;
  author: string;
  committed_at: number;
}

export interface MockRepo {
  name: string;
  source: string;
  error: string;
  primary: string;
  branches: string[];
  commits: MockCommit[]; // newest first
  tests: MockTest[];
  runs: number; // made of each test at each commit
  settings?: RepoSettings; // where a person added it
}

// The same numbers at each start.
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const noCounts = (): Counts => ({
  passed: 0,
  failed: 0,
  error: 0,
  skipped: 0,
  xfailed: 0,
  xpassed: 0,
  timed_out: 0,
  crashed: 0,
  infra: 0,
});

const authors = ["Ada Palmer", "Bo Lindqvist", "Chidi Okafor", "Dana Wexler"];
const subjects = [
  "Keep the order of entries when the cache is full",
  "Merge branch 'feature/retry'",
  "Round totals half to even",
  "Read the clock once for each request",
  "Fix a race between close and flush",
  "Speed up parsing of long lines",
  "Say which file an error is in",
  "Drop the old storage format",
  "Retry a connection that was reset",
  "Use a monotonic clock for deadlines",
  "Add tests for leap days",
  "Make the pool's size a setting",
];

export function sha(repo: string, index: number): string {
  const next = random([...repo].reduce((sum, c) => sum * 31 + c.charCodeAt(0), index + 1));
  return Array.from({ length: 40 }, () => Math.floor(next() * 16).toString(16)).join("");
}

export function makeCommits(repo: string, count: number, first_id: number, newest: number) {
  return Array.from({ length: count }, (_, i): MockCommit => {
    const subject = subjects[i % subjects.length] ?? "";
    const parents = i + 1 < count ? [sha(repo, i + 1)] : [];
    if (subject.startsWith("Merge") && i + 3 < count) parents.push(sha(repo, i + 3));
    return {
      id: first_id + i,
      sha: sha(repo, i),
      parents,
      subject,
      body:
        i % 3 === 0 ? "The longer story: it was noticed in production,\nand is tested now." : "",
      author: authors[(i * 7) % authors.length] ?? "",
      committed_at: newest - i * 5_400_000 - (i % 5) * 731_000,
    };
  });
}

const always = () => true;
const never = () => 0;

function makeTests(suite: string, path: string, names: string[], first_id: number): MockTest[] {
  return names.map((name, i) => ({
    id: first_id + i,
    suite,
    path,
    name,
    labels: [],
    rate: never,
    listed: always,
  }));
}

const many = (stem: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${stem}_${String(i + 1).padStart(2, "0")}`);

function demoTests(): MockTest[] {
  const tests = [
    ...makeTests("unit", "tests/test_cache.py", many("test_entry_survives", 14), 100),
    ...makeTests("unit", "tests/test_clock.py", many("test_deadline", 9), 200),
    ...makeTests("unit", "tests/test_totals.py", many("test_rounding", 12), 300),
    ...makeTests("integration", "tests/it/test_server.py", many("test_request", 11), 400),
    ...makeTests("integration", "tests/it/test_storage.py", many("test_reopen", 8), 500),
  ];
  const change = (index: number, change: Partial<MockTest>) =>
    Object.assign(tests[index] ?? {}, change);
  change(3, { rate: (age) => (age < 12 ? 0.25 : 0), labels: ["order"] });
  change(16, { rate: (age) => (age < 22 ? 0.5 : 0), labels: ["clock", "slow"] });
  change(24, { rate: (age) => (age === 0 ? 1 : 0) });
  change(25, { rate: (age) => (age === 0 ? 1 : 0) });
  change(28, { rate: (age) => (age < 6 ? 1 : 0) });
  change(31, { rate: (age) => (age >= 1 && age < 9 ? 1 : 0) });
  change(38, { rate: (age) => (age % 9 === 4 ? 1 : 0.05), labels: ["network"] });
  change(50, { listed: (age) => age < 5 });
  return tests;
}

const hostile = [
  "<img src=x onerror=alert(1)>",
  "{{7*7}}</script><script>alert(1)</script>",
  "\u202Egnp.exe\u202C after",
  "bell\u0007 and escape\u001b[31m red",
  `long_${"x".repeat(9_900)}`,
  "emoji 👩‍👩‍👧 日本語 عربى",
  "javascript:alert(1)",
  "  leading and trailing  ",
];

export function makeRepos(newest: number): MockRepo[] {
  return [
    {
      name: "demo",
      source: "/srv/git/demo.git",
      error: "",
      primary: "main",
      branches: ["main", "feature/retry-on-reset", "fix/a&b=c?d#e%f", "release/2.1", "zürich/ß"],
      commits: makeCommits("demo", 75, 1000, newest),
      tests: demoTests(),
      runs: 4,
    },
    {
      name: "odd names/ü&?#%",
      source: "https://git.example.org/odd.git",
      error: "",
      primary: "<b>main</b>\u202E",
      branches: ["<b>main</b>\u202E", "$(id)", "--output=x", "a//b", "%2F%00"],
      commits: makeCommits("odd", 6, 3000, newest).map((commit, i) => ({
        ...commit,
        subject: hostile[i % hostile.length] ?? "",
        author: "<script>alert(1)</script>",
      })),
      tests: makeTests("<u>suite</u>", "../<i>path</i>", hostile, 3100).map((test, i) => ({
        ...test,
        labels: ["<label>"],
        rate: () => (i % 2 ? 1 : 0),
      })),
      runs: 2,
    },
    {
      name: "large",
      source: "/srv/git/large.git",
      error: "",
      primary: "trunk",
      branches: ["trunk"],
      commits: makeCommits("large", 200, 5000, newest),
      tests: Array.from({ length: 10_000 }, (_, i) => ({
        id: 100_000 + i,
        suite: "unit",
        path: `pkg${String(Math.floor(i / 100)).padStart(2, "0")}/suite_test.go`,
        name: `TestCase${String(i % 100).padStart(3, "0")}`,
        labels: [],
        rate: (age) => (i % 97 === 0 ? 0.3 : i % 211 === 0 && age < 20 ? 1 : 0),
        listed: always,
      })),
      runs: 1,
    },
    {
      name: "fresh",
      source: "/srv/git/fresh.git",
      error: "",
      primary: "main",
      branches: ["main"],
      commits: makeCommits("fresh", 1, 7000, newest),
      tests: [],
      runs: 0,
      settings: { fetch_period_s: 300 },
    },
    {
      name: "gone",
      source: "https://git.example.org/gone.git",
      error: "cannot be read: the repository at https://git.example.org/gone.git was not found",
      primary: "",
      branches: [],
      commits: [],
      tests: [],
      runs: 0,
    },
  ];
}
