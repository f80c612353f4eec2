// Where one signs in: by the one-click address, whose code is used at once and leaves the address bar, or by a
// token. Also what covers a page whose session ended, so that nothing typed there is lost.
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { said } from "../api/client.ts";
import { Dialog } from "../components/controls.tsx";
import { SignInForm } from "../components/sign_in.tsx";
import { Sentence } from "../components/text.tsx";
import { codeOf } from "../model/role.ts";
import { reposUrl } from "../model/routes.ts";
import { useHead } from "../state/head.ts";
import { me, signIn, signedOut } from "../state/session.ts";

// At /login one goes on to the repositories; on any other page one stays where one was going to.
export function LoginPage({ here }: { here: boolean }) {
  const { route } = useLocation();
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(() => codeOf(location.hash) !== "");
  useHead("Sign in");
  const enter = async (by: Parameters<typeof signIn>[0]) => {
    const error = await said(signIn(by));
    if (error === "" && here) route(reposUrl(), true);
    return error;
  };
  useEffect(() => {
    const code = codeOf(location.hash);
    if (code === "") return;
    history.replaceState(null, "", location.pathname);
    void enter({ code }).then((error) => {
      setWrong(error);
      setBusy(false);
    });
  }, []);
  if (busy) return <p role="status">Signing in…</p>;
  return (
    <section class="sign-in">
      <h1>Sign in</h1>
      {wrong !== "" && (
        <p class="notice tone-error" role="alert">
          <Sentence text={wrong} />
        </p>
      )}
      {here && me.value && !signedOut.value && (
        <>
          <p>You are signed in as {me.value.name}.</p>
          <p>
            <a href={reposUrl()}>All repositories</a>
          </p>
        </>
      )}
      <SignInForm onSignIn={enter} />
    </section>
  );
}

export function SignInDialog() {
  return (
    <Dialog
      open={signedOut.value}
      title="Your session has ended"
      onClose={() => {
        signedOut.value = false;
      }}
    >
      <p>Sign in again, and go on: what you have typed on this page is still there.</p>
      <SignInForm onSignIn={(by) => said(signIn(by))} />
    </Dialog>
  );
}
