// What is asked before something is done that cannot be undone: one question at a time, for all pages.
import { signal } from "@preact/signals";

export interface Question {
  title: string;
  text: string; // what it would do, for people
  does: string; // the button that does it
  danger?: boolean;
  typed?: string; // what is to be typed before the button works
  // Resolves to "" where the server took it, else to what is wrong.
  act: () => Promise<string>;
}

export const question = signal<Question | undefined>(undefined);

export function ask(about: Question) {
  question.value = about;
}
