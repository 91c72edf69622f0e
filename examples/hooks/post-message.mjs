// A hook: it finds what happened in its environment, and the chat's address in that of Terraform.
const { CHAT_WEBHOOK_URL, OU_LINK_EVENT, OU_LINK_NAME, OU_LINK_INVITATION_URL, OU_LINK_AUTHORIZATION_URL } =
  process.env;

const texts = {
  authorization_required: `${OU_LINK_NAME}: an administrator has to authorize at ${OU_LINK_INVITATION_URL || OU_LINK_AUTHORIZATION_URL}`,
  linked: `${OU_LINK_NAME} is linked.`,
  unlinked: `${OU_LINK_NAME} is not linked any more.`,
};

if (!CHAT_WEBHOOK_URL) throw new Error("Set CHAT_WEBHOOK_URL where Terraform runs.");
const response = await fetch(CHAT_WEBHOOK_URL, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ text: texts[OU_LINK_EVENT] }),
});
if (!response.ok) throw new Error(`The chat answered ${response.status}.`);
