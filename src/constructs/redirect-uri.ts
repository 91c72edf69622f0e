/**
 * What is wrong with the address to which an administrator's browser returns with a `code`.
 *
 * @returns what to write instead; undefined for an address that is right
 */
export function redirectUriProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "write a whole address, such as https://links.example.com/callback";
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== "" || password !== "") return "leave out user name and password";
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    return "use https (http is accepted on loopback only)";
  }
  return value.includes("#") ? "leave out the fragment behind #" : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
