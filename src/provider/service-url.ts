import type { Problem, Validator } from "../plugin";

/** An address to which secrets are sent: `https`, or `http` on loopback, where nobody listens in. */
export function serviceUrl(): Validator<string> {
  return (value) =>
    urlProblem(value) ?? (new URL(value).search !== "" ? problem("leave out the query", value) : undefined);
}

/** An address to which the administrator's browser returns. */
export function redirectUri(): Validator<string> {
  return (value) => urlProblem(value);
}

function urlProblem(value: string): Problem | undefined {
  if (!URL.canParse(value)) return problem("write a whole address such as https://example.com/callback", value);
  const { protocol, hostname, hash, username, password } = new URL(value);
  if (username !== "" || password !== "") {
    return { summary: "Invalid address", detail: "Leave user name and password out of the address." };
  }
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    return problem("use https (http is accepted on loopback only)", value);
  }
  return hash !== "" || value.includes("#") ? problem("leave out the fragment behind #", value) : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function problem(advice: string, value: string): Problem {
  return { summary: "Invalid address", detail: `Please ${advice}; got ${JSON.stringify(value)}.` };
}
