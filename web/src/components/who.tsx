// Who is signed in, and the way out.
import { useState } from "preact/hooks";
import { tokensUrl } from "../model/routes.ts";
import { me, signOut } from "../state/session.ts";
import { Name } from "./text.tsx";

export function Who() {
  const [busy, setBusy] = useState(false);
  const who = me.value;
  if (!who) return null;
  if (who.auth === "off") {
    return (
      <span class="who tone-error" title="auth: off in the server's configuration">
        no login: everybody here is admin
      </span>
    );
  }
  const out = () => {
    setBusy(true);
    void signOut().catch(() => {}).finally(() => setBusy(false));
  };
  return (
    <span class="who">
      <a href={tokensUrl()} title={`signed in as ${who.name}, ${who.role}`}>
        <Name text={who.name} />
      </a>
      <button type="button" class="quiet" disabled={busy} onClick={out}>
        Sign out
      </button>
    </span>
  );
}
