// The form by which a browser signs in, and the sentence on how to get a token.
import { useState } from "preact/hooks";
import type { SignIn } from "../api/shapes.ts";
import { Form } from "./form.tsx";

// `onSignIn` resolves to "" where the server took it, else to what is wrong.
export function SignInForm({ onSignIn }: { onSignIn: (by: SignIn) => Promise<string> }) {
  const [token, setToken] = useState("");
  return (
    <Form
      label="sign in"
      submit="Sign in"
      needs="nobody"
      disabled={token.trim() === ""}
      onSubmit={() => onSignIn({ token: token.trim() })}
    >
      <label class="field wide">
        <span class="field-name">Token</span>
        <input
          type="password"
          class="mono"
          autocomplete="current-password"
          spellcheck={false}
          autofocus
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <span class="field-note">
          On the server's machine, <code>testlooper login</code> prints an address that signs you in.
          Elsewhere, ask an admin of this server for a token: <code>testlooper token create YOUR-NAME
          --role viewer</code> makes one.
        </span>
      </label>
    </Form>
  );
}
