// A link for every customer in a file: one line of data each.
import { readFileSync } from "node:fs";
import path from "node:path";
import { App, TerraformStack } from "cdktf";
import { ConferencingProvider, CronofyProvider, OrganizationalUnitLinks } from "terraform-provider-cronofy";
import type { AuthorizeWith, OrganizationalUnitLinkProps } from "terraform-provider-cronofy";

interface Customer {
  readonly service_account_id: string;
  readonly conferencing_provider?: string;
  /** "url" for whoever is to be sent a URL; the others are invited to the link service. */
  readonly authorize_with?: AuthorizeWith;
}

const customers = JSON.parse(readFileSync(path.join(__dirname, "customers.json"), "utf8")) as Record<string, Customer>;

const app = new App();
const stack = new TerraformStack(app, "fleet");
new CronofyProvider(stack, "cronofy");

const links = new OrganizationalUnitLinks(stack, "customers", {
  links: Object.fromEntries(Object.entries(customers).map(([name, customer]) => [name, linkOf(customer)])),
});

links.outputReport("report"); // for dashboards; without secrets
links.outputInvitationUrls("invitation_urls"); // sensitive: terraform output -json invitation_urls
links.outputAuthorizationUrls("authorization_urls"); // sensitive, and each works for minutes
links.expectLinkedWithinDays(14); // a warning in every plan, of administrators who are awaited for longer

app.synth();

function linkOf(customer: Customer): OrganizationalUnitLinkProps {
  const { service_account_id: serviceAccountId, conferencing_provider: name, authorize_with: authorizeWith } = customer;
  return {
    serviceAccountId,
    // Whoever has not chosen a provider is shown a list.
    ...(name !== undefined && { conferencingProvider: ConferencingProvider.of(name) }),
    ...(authorizeWith !== undefined && { authorizeWith }),
  };
}
