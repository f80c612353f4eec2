// Names come from git, from tests and from logs, and may hold characters that draw nothing or turn
// the text around them: those are shown as what they are.
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const name = (c: string): string => {
  const code = c.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
};

export const printable = (text: string): string => text.replace(unprintable, name);

// A name of one line, cut where nobody would read on.
export function printableName(text: string, most = 300): string {
  const line = printable(text.length > most ? `${text.slice(0, most)}…` : text);
  return line.replaceAll("\n", "␊").replaceAll("\t", "␉");
}
