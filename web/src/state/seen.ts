// Whether this browser was let in here before: then pages ask for what they show at once. Where nothing can be
// kept, each visit is the first.
const key = "testlooper-was-here";

function kept<T>(use: () => T, otherwise: T): T {
  try {
    return use();
  } catch {
    return otherwise;
  }
}

export const wasHere = () => kept(() => localStorage.getItem(key) !== null, false);
export const remember = () => kept(() => localStorage.setItem(key, "1"), undefined);
export const forget = () => kept(() => localStorage.removeItem(key), undefined);
