// Two customers' links, declared: one for each way in which an administrator is brought.
import { App, TerraformStack } from "cdktf";
import {
  AuthorizeWith,
  ConferencingProvider,
  CronofyProvider,
  DataCenter,
  OrganizationalUnitLink,
} from "terraform-provider-cronofy";

const app = new App();
const stack = new TerraformStack(app, "quickstart");

// The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, OU_LINK_STORE_FILE, OU_LINK_SERVICE_URL.
new CronofyProvider(stack, "cronofy", { dataCenter: DataCenter.US });

// By an invitation, as always where there is a link service: it works until the link is made, and applying mints nothing.
const acme = new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
});
acme.outputInvitationUrl("acme_invitation_url"); // sensitive: terraform output -raw acme_invitation_url
acme.outputStatus("acme_status");

// By a URL, as always where there is none: applying mints it, and it works for minutes.
const globex = new OrganizationalUnitLink(stack, "globex", {
  serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
  authorizeWith: AuthorizeWith.URL,
});
globex.outputAuthorizationUrl("globex_authorization_url"); // sensitive: terraform output -raw globex_authorization_url
globex.outputStatus("globex_status");

app.synth();
