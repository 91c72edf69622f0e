// Posts a report of ou-link's to GitHub or GitLab, once: what was posted before is brought up to date.
//
//   node post-report.mjs comment <report.md>              on the pull or merge request
//   node post-report.mjs issue <exit code> <report.md>    an issue, open until ci/links.sh drift answers 0
//
// Where there is no report, that is what it posts. GitHub: GITHUB_TOKEN, PULL_REQUEST. GitLab: REPORT_TOKEN, of a project
// access token. The rest comes from the forge's own variables.
import { readFile } from "node:fs/promises";

const MARKER = "<!-- ou-link drift report -->";
const TITLES = { 2: "Links have drifted", 3: "It cannot be told of every link whether it has drifted" };
const NO_REPORT = `${MARKER}\n## ❌ There is no drift report\n\nThe run failed before it could tell what has become of the links.`;

const env = process.env;

/** GitHub's API, in the words of this file. */
const github = {
  api: `${env.GITHUB_API_URL ?? "https://api.github.com"}/repos/${env.GITHUB_REPOSITORY}`,
  headers: {
    Accept: "application/vnd.github+json",
    Authorization: `Bearer ${env.GITHUB_TOKEN}`,
    "X-GitHub-Api-Version": "2022-11-28",
  },
  run: `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`,
  comments: `/issues/${env.PULL_REQUEST}/comments`,
  comment: ({ id }) => `/issues/comments/${id}`,
  openIssues: "/issues?state=open",
  change: "PATCH",
  // The token of a workflow may not ask who it is.
  me: () => env.REPORT_AUTHOR ?? "github-actions[bot]",
  isBy: (me, { user, pull_request: pull }) => user?.login === me && user.type === "Bot" && pull === undefined,
  issue: (body, title) => ({ body, title }),
  issuePath: ({ number }) => `/issues/${number}`,
  closed: { state: "closed", state_reason: "completed" },
  text: ({ body }) => body,
};

/** The same of GitLab. */
const gitlab = {
  api: `${env.CI_API_V4_URL}/projects/${env.CI_PROJECT_ID}`,
  headers: { "PRIVATE-TOKEN": env.REPORT_TOKEN },
  run: env.CI_PIPELINE_URL,
  comments: `/merge_requests/${env.CI_MERGE_REQUEST_IID}/notes`,
  comment: ({ id }) => `/merge_requests/${env.CI_MERGE_REQUEST_IID}/notes/${id}`,
  openIssues: "/issues?state=opened",
  change: "PUT",
  me: async () => (await ask("GET", `${env.CI_API_V4_URL}/user`)).id,
  // A note on a line of code has a type; what GitLab itself notes is of the system.
  isBy: (me, { author, system, type }) => author?.id === me && system !== true && (type ?? "ISSUE") === "ISSUE",
  issue: (description, title) => ({ description, title }),
  issuePath: ({ iid }) => `/issues/${iid}`,
  closed: { state_event: "close" },
  text: ({ body, description }) => body ?? description,
};

const forge = env.GITLAB_CI ? gitlab : github;

async function ask(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { ...forge.headers, ...(body && { "Content-Type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.ok) return response.json();
  const { pathname } = new URL(url);
  throw Object.assign(
    new Error(`The forge answers ${response.status} to ${method} ${pathname}. Has the token the permission?`),
    { status: response.status },
  );
}

/** What we have posted there: by its marker and its author, for anybody can write a marker. */
async function posted(path) {
  const me = await forge.me();
  for (let page = 1; page <= 100; page++) {
    const things = await ask("GET", `${forge.api}${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    const found = things.find((each) => forge.text(each)?.startsWith(MARKER) && forge.isBy(me, each));
    if (found !== undefined || things.length < 100) return found;
  }
}

/** Changes what is there, or makes it: also where the forge does not let us change it. */
async function put(pathOfOld, path, body) {
  if (pathOfOld !== undefined) {
    try {
      return await ask(forge.change, forge.api + pathOfOld, body);
    } catch (error) {
      if (error.status !== 403 && error.status !== 404) throw error;
    }
  }
  return ask("POST", forge.api + path, body);
}

async function post([what, ...rest]) {
  const report = await readFile(rest.at(-1), "utf8").catch(() => NO_REPORT);
  const body = `${report}\n\n[The run](${forge.run})`;
  if (what === "comment") {
    const old = await posted(forge.comments);
    return put(old && forge.comment(old), forge.comments, { body });
  }
  const [code] = rest;
  const old = await posted(forge.openIssues);
  const issue = forge.issue(body, TITLES[code] ?? "It cannot be told whether links have drifted");
  if (code !== "0") return put(old && forge.issuePath(old), "/issues", issue);
  // What the issue was about stays its title.
  if (old) return ask(forge.change, forge.api + forge.issuePath(old), { ...forge.issue(body), ...forge.closed });
}

try {
  await post(process.argv.slice(2));
} catch (error) {
  console.error(`The report was not posted. ${error.message}`);
  process.exitCode = 1;
}
