// Runs by itself before all other code of the pages, which takes longer to arrive and to begin: asks for what the page
// at this address shows. Where nobody has been let in before, nothing is asked: it would be an error on the console.
import { askEarly, early, readEarly } from "./api/early.ts";
import { first_log_range, logUrl } from "./model/files.ts";
import { firstQuestion } from "./model/first_question.ts";
import { wasHere } from "./state/seen.ts";

interface Attempts {
  task: { id: number };
  attempts: { number: number; log_removed_at: number | null }[];
}

// The attempt's that is shown where nobody chose another.
function askForLog(answer: XMLHttpRequest) {
  const { task, attempts }: Attempts = JSON.parse(new TextDecoder().decode(answer.response));
  const attempt = attempts.at(-1);
  if (!attempt || attempt.log_removed_at !== null) return;
  readEarly(logUrl(task.id, attempt.number), first_log_range);
}

// The code of a page that most visits do not need is fetched beside the rest: index.html names its files.
const codes: [RegExp, string][] = [
  [/^\/r\/[^/]+\/t\//, "test_page"],
  [/^\/r\/[^/]+\/flaky$/, "flaky_page"],
  [/^\/tasks\//, "task_page"],
  [/^\/runs\//, "run_page"],
  [/^\/experiments\//, "experiment_page"],
  [/^\/engine$/, "engine_page"],
];

function fetchCode(path: string) {
  const name = codes.find(([pattern]) => pattern.test(path))?.[1];
  const files = name && document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  for (const href of files ? files.split(" ") : []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href, crossOrigin: "" }));
  }
}

const { pathname, search } = location;
const question = firstQuestion(pathname, search);
if (question !== "" && !early.over && wasHere()) {
  fetchCode(pathname);
  const shows_log = pathname.startsWith("/tasks/") && search === "";
  askEarly(question, "", shows_log ? askForLog : undefined);
}
