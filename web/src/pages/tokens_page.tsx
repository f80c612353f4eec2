// Who may ask the server: tokens, for an admin; and where one is signed in.
import { useState } from "preact/hooks";
import { api, said } from "../api/client.ts";
import type { Role, SessionLine, TokenLine } from "../api/shapes.ts";
import { AskButton } from "../components/confirm.tsx";
import { CopyButton } from "../components/controls.tsx";
import { Form, Select, TextField } from "../components/form.tsx";
import { Frame } from "../components/frame.tsx";
import { Ago, Name } from "../components/text.tsx";
import { printableName } from "../model/printable.ts";
import { type Lifetime, lifetimes, roles, roleWords, secondsOf } from "../model/role.ts";
import { useHead } from "../state/head.ts";
import { usePageData } from "../state/page_data.ts";
import { me } from "../state/session.ts";

export function TokensPage() {
  useHead("Tokens and sessions");
  return me.value ? <Known role={me.value.role} /> : null;
}

interface Data {
  revision: number;
  tokens: TokenLine[];
  sessions: SessionLine[];
}

// Both at once, so that neither moves when the other comes.
async function load(role: Role, signal: AbortSignal): Promise<Data> {
  const [{ revision, sessions }, tokens] = await Promise.all([
    api.sessions(signal),
    role === "admin" ? api.tokens(signal).then((page) => page.tokens) : [],
  ]);
  return { revision, tokens, sessions };
}

function Known({ role }: { role: Role }) {
  const page = usePageData<Data>(role, { load: (signal) => load(role, signal), concerns: () => true });
  return (
    <>
      <h1>Tokens and sessions</h1>
      <Frame page={page} title="Tokens and sessions">
        {({ tokens, sessions }) => (
          <>
            {role === "admin" ? (
              <Tokens tokens={tokens} onChanged={() => page.refresh()} />
            ) : (
              <p class="dim">Tokens are an admin's to make; you are a {role}.</p>
            )}
            <Sessions sessions={sessions} onEnded={() => page.refresh()} />
          </>
        )}
      </Frame>
    </>
  );
}

const Tokens = ({ tokens, onChanged }: { tokens: TokenLine[]; onChanged: () => void }) => (
  <section class="card" aria-labelledby="tokens">
    <h2 id="tokens">Tokens</h2>
    <p class="dim">
      A person signs in with one, and a program sends it with each request. Everybody needs one of
      their own: the audit tells them apart by its name.
    </p>
    <NewToken onMade={onChanged} />
    <TokenTable tokens={tokens} onRevoked={onChanged} />
  </section>
);

function NewToken({ onMade }: { onMade: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [life, setLife] = useState<Lifetime>("90");
  const [made, setMade] = useState<{ name: string; token: string }>();
  const create = () =>
    said(
      api
        .createToken({ name: name.trim(), role, expires_in_s: secondsOf(life) })
        .then(({ token }) => {
          setMade({ name: name.trim(), token });
          setName("");
          onMade();
        }),
    );
  return (
    <>
      <Form label="a new token" submit="Make a token" needs="admin" disabled={name.trim() === ""} onSubmit={create}>
        <div class="fields">
          <TextField label="For whom" hint="a person or a program: the audit says this name" value={name} onInput={setName} />
          <Select
            label="Role"
            value={role}
            options={roles.map((each) => ({ value: each, text: `${each}: ${roleWords[each]}` }))}
            onChange={setRole}
          />
          <Select label="Expires" value={life} options={lifetimes} onChange={setLife} />
        </div>
      </Form>
      {made && (
        <div class="notice" role="status">
          <p>
            The token of <Name text={made.name} />. It is shown now and never again:
          </p>
          <p>
            <code class="secret">{made.token}</code> <CopyButton text={made.token} what="the token" />{" "}
            <button type="button" class="quiet" onClick={() => setMade(undefined)}>
              I have it
            </button>
          </p>
        </div>
      )}
    </>
  );
}

const Time = ({ at, none }: { at: number | null; none: string }) =>
  at === null ? <span class="dim">{none}</span> : <Ago at={at} />;

const TokenTable = ({ tokens, onRevoked }: { tokens: TokenLine[]; onRevoked: () => void }) => (
  <div class="scroll-x">
    <table class="plain stacked">
      <thead>
        <tr>
          <th scope="col">token</th>
          <th scope="col">of</th>
          <th scope="col">role</th>
          <th scope="col">made</th>
          <th scope="col">last used</th>
          <th scope="col">expires</th>
          <th scope="col">sessions</th>
          <th scope="col">
            <span class="unseen">acts</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <td class="number">{token.id}</td>
            <td>
              <Name text={token.name} />
            </td>
            <td>{token.role}</td>
            <td>
              <Ago at={token.created_at} /> by <Name text={token.created_by} />
            </td>
            <td>
              <Time at={token.last_used_at} none="never" />
            </td>
            <td>
              <Time at={token.expires_at} none="never" />
            </td>
            <td class="number">{token.sessions}</td>
            <td>
              {token.revoked_at === null ? (
                <AskButton
                  text="Revoke"
                  label={`revoke token ${token.id} of ${printableName(token.name)}`}
                  needs="admin"
                  question={{
                    title: "Revoke the token?",
                    text: `Token ${token.id} of ${printableName(token.name)} is good for nothing from then on, and browsers that signed in with it are signed out.`,
                    does: "Revoke it",
                    danger: true,
                    act: () => said(api.revokeToken(token.id).then(onRevoked)),
                  }}
                />
              ) : (
                <span class="dim">
                  revoked <Ago at={token.revoked_at} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Sessions = ({ sessions, onEnded }: { sessions: SessionLine[]; onEnded: () => void }) => (
  <section class="card" aria-labelledby="sessions">
    <h2 id="sessions">Signed in</h2>
    {sessions.length === 0 ? (
      <p class="dim">No browser is.</p>
    ) : (
      <ul class="lines">
        {sessions.map((session) => (
          <Session key={session.id} session={session} onEnded={onEnded} />
        ))}
      </ul>
    )}
  </section>
);

const Session = ({ session, onEnded }: { session: SessionLine; onEnded: () => void }) => (
  <li>
    <span class="line-text">
      <strong>
        <Name text={session.name} />
      </strong>{" "}
      ({session.role}), since <Ago at={session.created_at} />, used <Ago at={session.last_used_at} />{" "}
      <span class="dim">
        <Name text={session.agent} />
      </span>
    </span>
    <span class="line-acts">
      <AskButton
        text="End"
        label={`end session ${session.id} of ${printableName(session.name)}`}
        needs="viewer"
        question={{
          title: "End the session?",
          text: `The browser of ${printableName(session.name)} is signed out at once.`,
          does: "End it",
          act: () => said(api.endSession(session.id).then(onEnded)),
        }}
      />
    </span>
  </li>
);
