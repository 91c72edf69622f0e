/** Whether a URL's host name is this machine itself, whose traffic nobody on the network reads and no proxy takes. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
