// Posts a report of ou-link's as a note on the merge request, once: an earlier note is brought up to date.
//
//   node post-report.mjs <report.md>
//
// REPORT_TOKEN is a project access token with the scope api; the rest comes from GitLab CI.
import { readFile } from "node:fs/promises";

const MARKER = "<!-- ou-link drift report -->";

const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, REPORT_TOKEN } = process.env;
const notes = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`;

async function gitlab(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { "PRIVATE-TOKEN": REPORT_TOKEN, ...(body && { "Content-Type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw new Error(`GitLab answers ${response.status} to ${method}. Is REPORT_TOKEN set, with the scope api?`);
  return response.json();
}

async function earlierNote() {
  for (let page = 1; page <= 100; page++) {
    const found = await gitlab("GET", `${notes}?per_page=100&page=${page}`);
    const note = found.find(({ body }) => body.startsWith(MARKER));
    if (note !== undefined || found.length < 100) return note;
  }
}

const body = await readFile(process.argv[2], "utf8");
const note = await earlierNote();
if (note === undefined) await gitlab("POST", notes, { body });
else await gitlab("PUT", `${notes}/${note.id}`, { body });
