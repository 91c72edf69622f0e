/** What a finding can be. Each has another owner, which is why a report keeps them apart. */
export const FINDING_CLASSES = [
  "drift",
  "stale",
  "failed-check",
  "incomplete",
  "pending",
  "progress",
  "configuration",
  "other-drift",
  "other-configuration",
  "expired-rule",
] as const;
export type FindingClass = (typeof FINDING_CLASSES)[number];

/** What each is called for people, and what it means. */
export const CLASS_WORDS: Readonly<Record<FindingClass, { readonly title: string; readonly meaning: string }>> = {
  drift: { title: "Drift", meaning: "A link was there and is gone, or was changed outside of Terraform." },
  stale: { title: "Stale", meaning: "The authorization URL has lapsed and nobody came." },
  "failed-check": { title: "Failed check", meaning: "A check of the configuration does not hold, such as a deadline." },
  incomplete: {
    title: "Incomplete",
    meaning: "The plan does not tell all of it, so that nobody can say that nothing has drifted.",
  },
  pending: {
    title: "Pending",
    meaning: "A human has to act: the administrator, or whoever can tell whether they have.",
  },
  progress: { title: "Progress", meaning: "Just linked; the state catches up at the next apply." },
  configuration: { title: "Configuration", meaning: "The configuration asks for a change of a link." },
  "other-drift": { title: "Other drift", meaning: "Another resource was changed outside of Terraform." },
  "other-configuration": {
    title: "Other configuration",
    meaning: "The configuration asks for a change of another resource.",
  },
  "expired-rule": { title: "Expired rule", meaning: "A rule that ignored findings is over its date." },
};

/** What makes `ou-link drift` answer 2 where nothing else is asked for. */
export const DEFAULT_FAIL_ON: readonly FindingClass[] = ["drift", "stale", "failed-check"];
