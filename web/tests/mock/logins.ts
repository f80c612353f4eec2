// Who may ask the mock API: one person, as a test says, and the tokens that were made.
import type { Me, SessionsPage, SignIn, TokenLine, TokenRequest, TokensPage } from "../../src/api/shapes.ts";
import { type Answer, missing, Refused } from "./refused.ts";
import type { World } from "./world.ts";

export const good_token = `tl_${"a".repeat(64)}`;
export const good_code = "c0de";

export class Logins {
  me: Me;
  signed_in = true;
  used_codes = new Set<string>();
  tokens: TokenLine[];
  sessions: SessionsPage["sessions"];

  constructor(now: number) {
    const hour = 3_600_000;
    this.me = {
      auth: "token", name: "ada", role: "admin", session: true, expires_at: now + 14 * 24 * hour, version: "9.9",
    };
    const line = { created_at: now - 50 * hour, created_by: "ada", expires_at: null, last_used_at: now - hour };
    this.tokens = [
      { ...line, id: 1, name: "ada", role: "admin", revoked_at: null, sessions: 1, created_by: "server" },
      { ...line, id: 2, name: "<b>ci</b>", role: "runner", revoked_at: null, sessions: 0, expires_at: now + 90 * 24 * hour },
      { ...line, id: 3, name: "eve", role: "viewer", revoked_at: now - 2 * hour, sessions: 0, last_used_at: null },
    ];
    this.sessions = [
      {
        id: 7, token: 1, name: "ada", role: "admin", agent: "Mozilla/5.0 (X11; Linux x86_64) Chromium",
        created_at: now - 5 * hour, expires_at: now + 14 * 24 * hour, last_used_at: now - hour,
      },
    ];
  }
}

// Called before any other call is answered.
export function askWho(world: World, path: string) {
  if (path === "login" || world.logins.signed_in) return;
  throw new Refused("unauthorized", "the session has ended: sign in again");
}

export function logins(world: World): Record<string, Answer> {
  const { logins: known } = world;
  const stored = (id: number) => {
    world.changed();
    return { revision: world.revision, id, tests: 0, experiments: [] };
  };
  return {
    "GET me": () => known.me,
    "GET login": () => ({ needed: !known.signed_in }),
    "POST login": ({ body }) => {
      const { token, code } = JSON.parse(body) as SignIn;
      const good = token === good_token || (code === good_code && !known.used_codes.has(code));
      if (code) known.used_codes.add(code);
      if (!good) throw new Refused("unauthorized", "this token is not known here, was revoked or has expired");
      known.signed_in = true;
      return known.me;
    },
    "POST logout": () => {
      known.signed_in = false;
      return stored(7);
    },
    "GET tokens": (): TokensPage => ({ revision: world.revision, tokens: known.tokens }),
    "POST tokens": ({ body }) => {
      const { name, role, expires_in_s } = JSON.parse(body) as TokenRequest;
      const id = known.tokens.length + 1;
      const now = Date.now();
      known.tokens.unshift({
        id, name, role, created_at: now, created_by: known.me.name, last_used_at: null, revoked_at: null,
        sessions: 0, expires_at: expires_in_s ? now + expires_in_s * 1000 : null,
      });
      return { revision: stored(id).revision, id, token: `tl_${"0123456789abcdef".repeat(4)}` };
    },
    "DELETE tokens/*": ({ parts }) => {
      const token = known.tokens.find(({ id }) => id === Number(parts[1])) ?? missing(`token ${parts[1]}`);
      token.revoked_at = Date.now();
      return stored(token.id);
    },
    "GET sessions": (): SessionsPage => ({ revision: world.revision, sessions: known.sessions }),
    "DELETE sessions/*": ({ parts }) => {
      known.sessions = known.sessions.filter(({ id }) => id !== Number(parts[1]));
      return stored(Number(parts[1]));
    },
  };
}
