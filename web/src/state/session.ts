// Who is signed in, as the server last said it; and whether it has said that nobody is, any more.
import { signal } from "@preact/signals";
import { ApiError, api, onUnauthorized } from "../api/client.ts";
import type { Me, SignIn } from "../api/shapes.ts";
import { mayNot, type Needs } from "../model/role.ts";
import { lookAgain, onBroken } from "./live.ts";

export const me = signal<Me | undefined>(undefined);
export const signedOut = signal(false);

// Quiet: a server that is away says nothing of who one is.
async function findMe() {
  try {
    me.value = await api.me(new AbortController().signal);
    signedOut.value = false;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

export function startSession() {
  onUnauthorized(() => {
    signedOut.value = true;
  });
  // A stream that ends may have ended because the session has: its own error does not tell.
  onBroken(() => void findMe());
  void findMe();
}

export async function signIn(by: SignIn) {
  me.value = await api.signIn(by);
  signedOut.value = false;
  lookAgain();
}

export async function signOut() {
  await api.signOut();
  me.value = undefined;
  signedOut.value = true;
}

// Why one may not do this; "" where one may.
export const whyNot = (needs: Needs): string => mayNot(me.value, needs);
