import type { ApplicationFlags } from "../application/application-options";

/** What the command line of `ou-link doctor` says. */
export interface DoctorFlags extends ApplicationFlags {
  readonly linkServiceUrl?: string;
  readonly json?: true;
}
