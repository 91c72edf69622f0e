// Customers in two data centers of Cronofy, which know nothing of each other: a provider for each.
import { App, TerraformStack, TerraformVariable } from "cdktf";
import {
  AuthorizeWith,
  CronofyProvider,
  DataCenter,
  LinkStore,
  OrganizationalUnitLink,
} from "terraform-provider-cronofy";

const app = new App();
const stack = new TerraformStack(app, "multi-data-center");
const store = variable("store", { description: "Folder of the links." });

// A link service belongs to one application, so to one data center. Germany has one, whose invitations last; the United
// States go without, and an application of your own takes the callback.
const germany = provider("germany", DataCenter.DE, variable("germany_link_service_url"));
const unitedStates = provider("united_states", DataCenter.US);

const globex = new OrganizationalUnitLink(stack, "globex", {
  serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
  provider: germany,
});
globex.outputInvitationUrl("globex_invitation_url"); // sensitive
globex.outputStatus("globex");

const acme = new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  authorizeWith: AuthorizeWith.URL, // also where OU_LINK_SERVICE_URL is set
  redirectUri: variable("redirect_uri"),
  provider: unitedStates,
});
acme.outputAuthorizationUrl("acme_authorization_url"); // sensitive
acme.outputStatus("acme");

app.synth();

/** A data center has an application of its own, and so credentials of its own. One store may hold the records of both. */
function provider(name: string, dataCenter: DataCenter, linkServiceUrl?: string): CronofyProvider {
  return new CronofyProvider(stack, name, {
    alias: name,
    dataCenter,
    clientId: variable(`${name}_client_id`),
    clientSecret: variable(`${name}_client_secret`, { sensitive: true }),
    linkStore: LinkStore.file(store),
    ...(linkServiceUrl !== undefined && { linkServiceUrl }),
  });
}

function variable(name: string, config: { readonly description?: string; readonly sensitive?: boolean } = {}): string {
  return new TerraformVariable(stack, name, { type: "string", ...config }).stringValue;
}
