import { CliError, EXIT_CODE } from "../command-line/cli-error";
import type { ImportedLink } from "./import-rows";

/**
 * What Terraform takes the links into its state with: their declaration under their names, and the blocks that import
 * them.
 *
 * @throws CliError where one provider block cannot be meant.
 */
export function importBlocks(links: readonly ImportedLink[]): string {
  const [first] = links;
  const { dataCenter } = first?.key ?? {};
  if (links.some(({ key }) => key.dataCenter !== dataCenter || key.clientId !== first?.key.clientId)) {
    throw new CliError(
      "Links of several applications or data centers need a provider block each.",
      "Give the links of each in a file of their own, with a file for --import-blocks each.",
      EXIT_CODE.usage,
    );
  }
  const entries = links.map(({ name, key, authorization }) => {
    const provider = authorization.conferencingProviderName;
    return `    ${quoted(name)} = {
      service_account_id         = ${quoted(key.serviceAccountId)}
      conferencing_provider_name = ${provider === null ? "null" : quoted(provider)}
    }
`;
  });
  return `# Written by ou-link store import. Once it is applied, the block "import" can go.
locals {
  links = {
${entries.join("")}  }
}

resource "cronofy_organizational_unit_link" "customer" {
  for_each = local.links

  service_account_id         = each.value.service_account_id
  conferencing_provider_name = each.value.conferencing_provider_name
}

import {
  for_each = local.links

  to = cronofy_organizational_unit_link.customer[each.key]
  id = "${dataCenter}/\${each.value.service_account_id}"
}
`;
}

/** A text in HCL, in which nothing is an expression. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}
