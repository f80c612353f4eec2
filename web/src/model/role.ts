// Which role may do what: each may do what those before it may.
import type { Me, Role } from "../api/shapes.ts";

export type Needs = Role | "nobody";

export const roles: readonly Role[] = ["viewer", "runner", "admin"];

export const roleWords: Record<Role, string> = {
  viewer: "looks",
  runner: "has tests run, and cancels them",
  admin: "changes what is tested and who may ask",
};

// Why whoever is signed in may not do this, "" where they may, or nobody knows yet who they are.
export function mayNot(me: Pick<Me, "role"> | undefined, needs: Needs): string {
  if (!me || needs === "nobody" || roles.indexOf(me.role) >= roles.indexOf(needs)) return "";
  return `this needs the role ${needs}, and you are a ${me.role}`;
}

// The code of a one-click address: it stands behind the #, which no browser sends to a server.
export const codeOf = (hash: string): string => new URLSearchParams(hash.replace(/^#/, "")).get("code") ?? "";

export const lifetimes = [
  { value: "", text: "never", seconds: null },
  { value: "1", text: "in a day", seconds: 86_400 },
  { value: "30", text: "in 30 days", seconds: 30 * 86_400 },
  { value: "90", text: "in 90 days", seconds: 90 * 86_400 },
  { value: "365", text: "in a year", seconds: 365 * 86_400 },
] as const;

export type Lifetime = (typeof lifetimes)[number]["value"];

export const secondsOf = (value: Lifetime): number | null =>
  lifetimes.find((each) => each.value === value)?.seconds ?? null;
