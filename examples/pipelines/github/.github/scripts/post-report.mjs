// Posts a report of ou-link's, once: what was posted before is brought up to date.
//
//   node post-report.mjs comment <pull request> <report.md>
//   node post-report.mjs issue <exit code of ou-link drift> <report.md>
//
// GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL come from GitHub Actions.
import { readFile } from "node:fs/promises";

const MARKER = "<!-- ou-link drift report -->";
const TITLE = "Links have drifted";
/** Characters that GitHub takes in one body. */
const MAX_BODY = 65_536;

const { GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL = "https://api.github.com" } = process.env;
const [what, which, file] = process.argv.slice(2);

async function github(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}${path}`, {
    method,
    headers: {
      Accept: "application/vnd.github+json",
      Authorization: `Bearer ${GITHUB_TOKEN}`,
      "X-GitHub-Api-Version": "2022-11-28",
      ...(body && { "Content-Type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw new Error(`GitHub answers ${response.status} to ${method} ${path}. Has the job the permission?`);
  return response.json();
}

/** The first thing of a list that is ours. The list is read to its end, a hundred at a time. */
async function ours(path) {
  for (let page = 1; page <= 100; page++) {
    const things = await github("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    const found = things.find(({ body, pull_request }) => body?.startsWith(MARKER) && pull_request === undefined);
    if (found !== undefined || things.length < 100) return found;
  }
}

const report = await readFile(file, "utf8");
const whole = report.startsWith(MARKER) ? report : `${MARKER}\n${report}`;
const body =
  whole.length <= MAX_BODY ? whole : `${whole.slice(0, MAX_BODY - 100)}\n\n… and more: see the run's summary.`;

if (what === "comment") {
  const comment = await ours(`/issues/${which}/comments`);
  if (comment === undefined) await github("POST", `/issues/${which}/comments`, { body });
  else await github("PATCH", `/issues/comments/${comment.id}`, { body });
} else {
  const issue = await ours("/issues?state=open");
  const hasDrifted = which === "2";
  if (hasDrifted && issue === undefined) await github("POST", "/issues", { title: TITLE, body });
  else if (hasDrifted) await github("PATCH", `/issues/${issue.number}`, { body });
  else if (issue !== undefined) {
    await github("PATCH", `/issues/${issue.number}`, { body, state: "closed", state_reason: "completed" });
  }
}
