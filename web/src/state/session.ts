// Who is signed in, as the server last said it; and whether it has said that nobody is, any more.
import { signal } from "@preact/signals";
import { ApiError, api, onUnauthorized } from "../api/client.ts";
import type { Me, SignIn } from "../api/shapes.ts";
import { mayNot, type Needs } from "../model/role.ts";
import { lookAgain, onBroken, startLive } from "./live.ts";
import { forget, remember, wasHere } from "./seen.ts";

export const me = signal<Me | undefined>(undefined);
export const signedOut = signal(false);
// Whether pages may ask the server: before, each question of a stranger would be an error on the console.
export const welcome = signal(false);

function enter() {
  if (welcome.value) return;
  welcome.value = true;
  startLive();
}

// Quiet: a server that is away says nothing of who one is.
async function findMe() {
  try {
    me.value = await api.me(new AbortController().signal);
    signedOut.value = false;
    remember();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

// A server that is away lets everybody in: the pages say that it is.
const isStranger = () =>
  api.signInNeeded(new AbortController().signal).then(
    ({ needed }) => needed,
    () => false,
  );

export async function startSession() {
  onUnauthorized(() => {
    signedOut.value = true;
    forget();
  });
  // A stream that ends may have ended because the session has: its own error does not tell.
  onBroken(() => void findMe());
  const stranger = !wasHere() && (await isStranger());
  if (welcome.value) return; // a one-click address was quicker
  if (stranger) {
    signedOut.value = true;
    return;
  }
  enter();
  void findMe();
}

export async function signIn(by: SignIn) {
  me.value = await api.signIn(by);
  signedOut.value = false;
  remember();
  enter();
  lookAgain();
}

export async function signOut() {
  await api.signOut();
  forget();
  me.value = undefined;
  signedOut.value = true;
}

// Why one may not do this; "" where one may.
export const whyNot = (needs: Needs): string => mayNot(me.value, needs);
