import { BoundedMap } from "./bounded-map";
import type { IdSource } from "./id-source";
import type { LinkToken } from "./records";

/** The administrators who have signed in, each for one link. */
export class SignIns {
  readonly #ids: IdSource;
  readonly #linkTokens = new BoundedMap<string, string>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  /** A session that proves access for this link token. */
  begin({ ou_link_token }: LinkToken): string {
    const session = this.#ids.token();
    this.#linkTokens.set(session, ou_link_token);
    return session;
  }

  /** Whether the session was begun for this link token. */
  covers(session: string, { ou_link_token }: LinkToken): boolean {
    return this.#linkTokens.get(session) === ou_link_token;
  }

  clear(): void {
    this.#linkTokens.clear();
  }
}
