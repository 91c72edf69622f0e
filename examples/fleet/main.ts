// A link for every customer in a file: one line of data each.
import { readFileSync } from "node:fs";
import path from "node:path";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { ConferencingProvider, CronofyProvider, OrganizationalUnitLinks } from "terraform-provider-cronofy";
import type { FleetLinkProps } from "terraform-provider-cronofy";

interface Customer {
  readonly service_account_id: string;
  readonly conferencing_provider?: string;
}

const customers = JSON.parse(readFileSync(path.join(__dirname, "customers.json"), "utf8")) as Record<string, Customer>;

const app = new App();
const stack = new TerraformStack(app, "fleet");
new CronofyProvider(stack, "cronofy");

const links = new OrganizationalUnitLinks(stack, "customers", {
  redirectUri: new TerraformVariable(stack, "redirect_uri", { type: "string" }).stringValue,
  links: Object.fromEntries(Object.entries(customers).map(([name, customer]) => [name, linkOf(customer)])),
});

links.outputReport("report"); // for dashboards; without secrets
links.outputAuthorizationUrls("authorization_urls"); // sensitive: terraform output -json authorization_urls
links.expectLinkedWithinDays(14); // a warning in every plan, for those who wait longer

app.synth();

function linkOf({ service_account_id: serviceAccountId, conferencing_provider: name }: Customer): FleetLinkProps {
  // Whoever has not chosen a provider is shown a list.
  return { serviceAccountId, ...(name !== undefined && { conferencingProvider: ConferencingProvider.of(name) }) };
}
