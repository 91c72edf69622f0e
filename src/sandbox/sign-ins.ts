import { BoundedMap } from "./bounded-map";
import type { IdSource } from "./id-source";
import type { LinkToken } from "./records";

/** The administrators who have signed in: a session for each browser, and the links for which it has proved access. */
export class SignIns {
  readonly #ids: IdSource;
  readonly #sessions = new BoundedMap<string, Set<string>>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  /**
   * Proves access for a link, beside those for which the session has done so: two tabs may each have one.
   * @param session the browser's, where it has one
   * @returns the same one, or a new one where it is unknown here
   */
  signIn(session: string | undefined, { ou_link_token }: LinkToken): string {
    const known = session === undefined ? undefined : this.#sessions.get(session);
    if (session !== undefined && known !== undefined) {
      known.add(ou_link_token);
      return session;
    }
    const begun = this.#ids.token();
    this.#sessions.set(begun, new Set([ou_link_token]));
    return begun;
  }

  /** Whether the session has proved access for this link token. */
  covers(session: string | undefined, linkToken: string): boolean {
    return session !== undefined && (this.#sessions.get(session)?.has(linkToken) ?? false);
  }

  clear(): void {
    this.#sessions.clear();
  }
}
