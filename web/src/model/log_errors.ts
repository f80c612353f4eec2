// Lines of a log that tell of an error, as the tools that people use write them.
const none = /\b(?:0|no) (?:errors?|failures?|failed|warnings?)\b/gi;
const told =
  /\b(?:errors?|exception|traceback|failed|failures?|fatal|panicked|panic:|assert(?:ion)? ?failed|segmentation fault|core dumped|killed)\b|^not ok\b/i;
const named = /\w(?:Error|Exception|Failure)\b|^E {2,}\S/; // AssertionError; pytest's mark

const tells = (text: string): boolean => told.test(text) || named.test(text);

export const isErrorLine = (text: string): boolean => tells(text) && tells(text.replace(none, ""));
