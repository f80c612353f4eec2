// Numbers that people type.

// A whole number from `least` to `most`, or undefined where it is no such number.
export function parseWhole(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,12}$/.test(text.trim())) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
