/** Link tokens for one invitation in a minute: enough for some colleagues who press the button again and again. */
const MOST = 10;
/** Milliseconds. */
const MINUTE = 60_000;
/** How many invitations are remembered. */
const CAPACITY = 1_000;

/**
 * Keeps one invitation from using up what Cronofy allows the application, in this process. Who has an invitation can press
 * its button as often as they like, and each time mints.
 */
export class MintLimit {
  /** When link tokens were asked for, by the life that the invitation is for; the latest invitation comes last. */
  private readonly asked = new Map<string, readonly number[]>();

  /** Counts one more, unless that is too much. @returns the seconds to wait, or 0 */
  count(lifeId: string, at: Date): number {
    const now = at.getTime();
    // A clock that was moved back has left times in the future.
    const recent = (this.asked.get(lifeId) ?? []).filter((time) => time <= now && time > now - MINUTE);
    const [first = now] = recent;
    if (recent.length >= MOST) return Math.ceil((first + MINUTE - now) / 1_000);
    this.asked.delete(lifeId);
    this.asked.set(lifeId, [...recent, now]);
    for (const oldest of this.asked.keys()) {
      if (this.asked.size <= CAPACITY) break;
      this.asked.delete(oldest);
    }
    return 0;
  }
}
