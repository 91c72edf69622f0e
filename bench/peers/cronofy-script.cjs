// What somebody writes who has no Terraform: the official npm package, and a JSON file for each authorization.
// node cronofy-script.cjs <apply|refresh|destroy> <count> <at once>
const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const Cronofy = require("cronofy");

const { CRONOFY_API_URL, CRONOFY_APP_URL, CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, OU_LINK_STORE_FILE } = process.env;
const AHEAD = Number(process.env.BENCH_SECONDS_AHEAD ?? 0) * 1_000;
const client = new Cronofy({ client_id: CRONOFY_CLIENT_ID, client_secret: CRONOFY_CLIENT_SECRET });
client.urls.api = CRONOFY_API_URL;

const commands = {
  async apply(account) {
    if (await commands.refresh(account)) return;
    const reply = await client._httpPost(
      "/v1/organizational_unit_authorization_link_tokens",
      { service_account_id: account, bearer_token: CRONOFY_CLIENT_SECRET },
      undefined,
      ["bearer_token"],
    );
    const query = new URLSearchParams({
      response_type: "code",
      client_id: CRONOFY_CLIENT_ID,
      redirect_uri: "https://links.example.com/callback",
      scope: "organizational_unit_use_integrations",
      state: account,
      "capabilities[]": "conferencing",
      ou_link_token: reply.organizational_unit_authorization_link_token.ou_link_token,
    });
    rmSync(fileOf(account), { force: true });
    console.log(`${account}: ${CRONOFY_APP_URL}/organizational_unit_oauth?${query}`);
  },

  /** @returns whether it is linked */
  async refresh(account) {
    if (!existsSync(fileOf(account))) return false;
    const held = JSON.parse(readFileSync(fileOf(account), "utf8"));
    try {
      if (Date.now() + AHEAD + 60_000 > new Date(held.expires_at)) {
        const fresh = await client.refreshAccessToken({ refresh_token: held.refresh_token });
        const expires_at = new Date(Date.now() + AHEAD + fresh.expires_in * 1_000);
        Object.assign(held, { access_token: fresh.access_token, refresh_token: fresh.refresh_token, expires_at });
        writeFileSync(fileOf(account), JSON.stringify(held));
      }
      await client.userInfo({ access_token: held.access_token });
      console.log(`${account}: linked`);
      return true;
    } catch (error) {
      if (![400, 401, 403].includes(error.statusCode)) throw error;
      console.log(`${account}: no longer linked`);
      return false;
    }
  },

  async destroy(account) {
    if (!existsSync(fileOf(account))) return;
    const { refresh_token } = JSON.parse(readFileSync(fileOf(account), "utf8"));
    await client.revokeAuthorization({ token: refresh_token });
    rmSync(fileOf(account));
  },
};

function fileOf(account) {
  return path.join(OU_LINK_STORE_FILE, `${account}.json`);
}

async function main([command, count, atOnce]) {
  let next = 0;
  const worker = async () => {
    while (next < Number(count)) await commands[command](`ser_${next++}`);
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
