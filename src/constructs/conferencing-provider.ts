import type { ConferencingProviderName } from "../cronofy/conferencing-providers";

/** The names that have a constant below. */
const KNOWN = new Set<string>();

/** A conferencing service that an administrator connects for the whole organization. */
export class ConferencingProvider {
  static readonly INDEED = ConferencingProvider.known("indeed");
  static readonly WEBEX_ENTERPRISE = ConferencingProvider.known("webex_enterprise");
  static readonly ZOOM_ENTERPRISE = ConferencingProvider.known("zoom_enterprise");
  static readonly GOOGLE_MEET = ConferencingProvider.known("google_meet");
  static readonly MS_TEAMS = ConferencingProvider.known("ms_teams");

  /**
   * A service that has no constant here yet. Where Cronofy does not know the name either, the administrator chooses
   * from a list.
   *
   * @param name Cronofy's name of it
   */
  static of(name: string): ConferencingProvider {
    return new ConferencingProvider(name, KNOWN.has(name));
  }

  private static known(name: ConferencingProviderName): ConferencingProvider {
    KNOWN.add(name);
    return new ConferencingProvider(name, true);
  }

  private constructor(
    /** Cronofy's name of the service. */
    readonly name: string,
    /** Whether Cronofy documents the name. */
    readonly isKnown: boolean,
  ) {}
}
