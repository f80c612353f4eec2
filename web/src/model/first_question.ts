// What the first page of a visit asks the server for, as src/api/client.ts asks it: known from the address alone, so
// that it is asked while the code of the pages is still under way. "" where the page has to find out more first.
const api = "/api/v1";
const most_commits = 200;
const fewest_commits = 30;

const patterns: [RegExp, (part: RegExpExecArray, search: URLSearchParams) => string][] = [
  [/^\/$/, () => "/repos"],
  [/^\/engine$/, () => "/engine"],
  [/^\/runs\/(\d+)$/, ([, id]) => `/runs/${id}`],
  [/^\/tasks\/(\d+)$/, ([, id]) => `/tasks/${id}`],
  [/^\/experiments\/(\d+)$/, ([, id]) => `/experiments/${id}`],
  [/^\/r\/([^/]+)$/, ([, repo], search) => branch(repo, search)],
  [/^\/r\/([^/]+)\/c\/([0-9a-f]+)$/, ([, repo, sha]) => `/repos/${repo}/commits/${sha}?tests=columns`],
  [/^\/r\/([^/]+)\/t\/(\d+)$/, ([, repo, test], search) => plain(`/repos/${repo}/tests/${test}`, search)],
  [/^\/r\/([^/]+)\/flaky$/, ([, repo], search) => plain(`/repos/${repo}/flaky`, search)],
  [/^\/r\/([^/]+)\/clusters$/, ([, repo]) => `/repos/${repo}/clusters`],
];

const plain = (path: string, search: URLSearchParams): string => (search.size > 0 ? "" : path);

function branch(repo: string | undefined, search: URLSearchParams): string {
  const wanted = Number.parseInt(search.get("commits") ?? "", 10) || 0;
  const limit = Math.min(most_commits, Math.max(fewest_commits, wanted));
  return `/repos/${repo}/branch?limit=${limit}`;
}

// An address with signs that stand for nothing has no page, and asks nothing.
const isText = (path: string): boolean => {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
};

export function firstQuestion(path: string, search: string): string {
  if (!isText(path)) return "";
  for (const [pattern, question] of patterns) {
    const part = pattern.exec(path);
    if (!part) continue;
    const asked = question(part, new URLSearchParams(search));
    return asked && api + asked;
  }
  return "";
}
