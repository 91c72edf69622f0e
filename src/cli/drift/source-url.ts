/**
 * The address under which a browser finds the files of this revision: what was asked for, or what GitHub Actions or
 * GitLab CI say in their variables. Null where none is known.
 *
 * @param given ends where a file's path begins; without `/` at its end, one is added
 */
export function sourceUrlPrefix(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (given !== undefined) return given.endsWith("/") ? given : `${given}/`;
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, CI_PROJECT_URL, CI_COMMIT_SHA } = env;
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_SHA) {
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_SHA}/`;
  }
  return CI_PROJECT_URL && CI_COMMIT_SHA ? `${CI_PROJECT_URL}/-/blob/${CI_COMMIT_SHA}/` : null;
}

/** The address of a line of a file. */
export function sourceUrl(prefix: string, { file, line }: { readonly file: string; readonly line: number }): string {
  return `${prefix}${file.split("/").map(encodeURIComponent).join("/")}#L${line}`;
}

/** Where a browser shows the run that this is, as GitHub Actions or GitLab CI say; null where neither does. */
export function runUrl(env: Readonly<Record<string, string | undefined>>): string | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL } = env;
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID) {
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  }
  return CI_JOB_URL || null;
}
