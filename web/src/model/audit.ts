// What an entry of the audit says was done: "change request 12", "rule 3", "cancel commit 0a1b2c".
import type { AuditLine } from "../api/shapes.ts";

export function doneText({ action, subject }: Pick<AuditLine, "action" | "subject">): string {
  const words = action.split("_");
  if (subject.startsWith(`${words.at(-1)} `)) words.pop();
  return [...words, subject].join(" ").trim();
}
