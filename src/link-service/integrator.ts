/** Who invites, as the pages show it. */
export interface Integrator {
  /** In their customers' words. */
  readonly name?: string;
  /** A picture that browsers can load, `https` or `http` on loopback. Shown on invitations alone. */
  readonly logoUrl?: string;
}
