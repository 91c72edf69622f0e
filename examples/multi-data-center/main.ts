// Customers in two data centers of Cronofy, which know nothing of each other: a provider for each.
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { LinkStore, CronofyProvider, DataCenter, OrganizationalUnitLink } from "terraform-provider-cronofy";

const app = new App();
const stack = new TerraformStack(app, "multi-data-center");
const redirectUri = new TerraformVariable(stack, "redirect_uri", { type: "string" }).stringValue;
const store = new TerraformVariable(stack, "store", { type: "string", description: "Folder of the authorizations." });

const germany = provider("germany", DataCenter.DE);
const unitedStates = provider("united_states", DataCenter.US);

new OrganizationalUnitLink(stack, "globex", {
  serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
  redirectUri,
  provider: germany,
}).outputStatus("globex");

new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  redirectUri,
  provider: unitedStates,
}).outputStatus("acme");

app.synth();

/** A data center has an application of its own, and so credentials of its own. One store may hold the records of both. */
function provider(name: string, dataCenter: DataCenter): CronofyProvider {
  const variable = (suffix: string, sensitive: boolean) =>
    new TerraformVariable(stack, `${name}_${suffix}`, { type: "string", sensitive }).stringValue;
  return new CronofyProvider(stack, name, {
    alias: name,
    dataCenter,
    clientId: variable("client_id", false),
    clientSecret: variable("client_secret", true),
    linkStore: LinkStore.file(store.stringValue),
  });
}
