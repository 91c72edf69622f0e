import type { CronofyProviderAuthorizationStore } from "./bindings/provider";

/** Where the authorizations that administrators gave are kept, outside of Terraform's state. */
export class AuthorizationStore {
  /**
   * A folder with one record for each link, for use on one machine. The link service is given the same one.
   *
   * @param folder an absolute path, for a relative one starts at the folder in which Terraform runs
   */
  static file(folder: string): AuthorizationStore {
    return new AuthorizationStore({ file: folder });
  }

  private constructor(
    /** The provider's `authorization_store`. */
    readonly config: CronofyProviderAuthorizationStore,
  ) {}
}
