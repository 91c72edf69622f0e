/** What `terraform show -json` prints of a plan with these members, around what it always prints. */
export function planText(members: Readonly<Record<string, unknown>>): Buffer {
  const plan = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: {} },
    resource_changes: [],
    prior_state: { format_version: "1.0", terraform_version: "1.11.4", values: { root_module: {} } },
    timestamp: "2026-03-01T12:00:00Z",
    ...members,
  };
  return Buffer.from(JSON.stringify(plan));
}
