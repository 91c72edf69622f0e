import { startSandbox } from "../../src/sandbox";
import { anyText, expectError, matching, REDIRECT_URI, TestSandbox, tokensOf, withSandbox } from "./support";

describe("the token endpoints", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => (sandbox = new TestSandbox(await startSandbox())));
  afterAll(() => sandbox.running.close());

  it("redeem a code for a unit's tokens, and forbid storing the reply", async () => {
    const code = await sandbox.consent(await sandbox.authorizationUrl());
    expect(code).toMatch(/^[A-Za-z0-9]{32}$/);
    const response = await sandbox.redeem(code);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("pragma")).toBe("no-cache");
    expect(await response.json()).toEqual({
      token_type: "bearer",
      access_token: matching(/^[A-Za-z0-9]{32}$/),
      expires_in: 3600,
      refresh_token: anyText(),
      scope: "organizational_unit_use_integrations",
      sub: matching(/^org_[0-9a-f]{24}$/),
    });
  });

  it("redeem a code once", async () => {
    const code = await sandbox.consent(await sandbox.authorizationUrl());
    const { access_token } = await tokensOf(await sandbox.redeem(code));
    await expectError(await sandbox.redeem(code), 400, "invalid_grant");
    expect((await sandbox.userInfo(access_token)).status).toBe(200);
  });

  it("redeem a code for the very same redirect URI alone, and let the right one follow a wrong one", async () => {
    const code = await sandbox.consent(await sandbox.authorizationUrl());
    await expectError(await sandbox.redeem(code, `${REDIRECT_URI}/`), 400, "invalid_grant");
    expect((await sandbox.redeem(code)).status).toBe(200);
  });

  it("redeem a code for ten minutes", () =>
    withSandbox({}, async (own) => {
      const [inTime, late] = [
        await own.consent(await own.authorizationUrl()),
        await own.consent(await own.authorizationUrl()),
      ];
      await own.advance(599);
      expect((await own.redeem(inTime)).status).toBe(200);
      await own.advance(1);
      await expectError(await own.redeem(late), 400, "invalid_grant");
    }));

  it("answer on the app host as well, to forms as well, whatever Authorization says", async () => {
    const code = await sandbox.consent(await sandbox.authorizationUrl());
    const response = await sandbox.app("/oauth/token", {
      method: "POST",
      headers: { authorization: "Bearer undefined" },
      body: new URLSearchParams({
        client_id: sandbox.running.client_id,
        client_secret: sandbox.running.client_secret,
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT_URI,
      }),
    });
    const { refresh_token } = await tokensOf(response);
    expect(response.headers.get("content-security-policy")).toBeNull();
    expect((await sandbox.refresh(refresh_token)).status).toBe(200);
  });

  it("rotate the refresh token and refuse the old one", async () => {
    const first = await sandbox.link();
    const second = await tokensOf(await sandbox.refresh(first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second).not.toHaveProperty("sub");
    await expectError(await sandbox.refresh(first.refresh_token), 400, "invalid_grant");
    expect((await sandbox.refresh(second.refresh_token)).status).toBe(200);
  });

  it.each([
    [{ client_secret: "wrong" }, "invalid_client"],
    [{ client_id: "wrong" }, "invalid_client"],
    [{}, "invalid_request"],
    [{ grant_type: "password" }, "unsupported_grant_type"],
    [{ grant_type: "authorization_code", code: "x" }, "invalid_request"],
    [{ grant_type: "authorization_code", code: "x", redirect_uri: REDIRECT_URI }, "invalid_grant"],
    [{ grant_type: "refresh_token" }, "invalid_request"],
    [{ grant_type: "refresh_token", refresh_token: "x" }, "invalid_grant"],
  ])("answer %j with 400 %s", async (fields, error) => {
    await expectError(await sandbox.token(fields), 400, error);
  });

  it("have the lifetimes of the documented examples", async () => {
    expect((await sandbox.tokensFor(sandbox.acme)).expires_in).toBe(1800);
    expect((await sandbox.link()).expires_in).toBe(3600);
  });

  it("let access tokens expire", () =>
    withSandbox({}, async (own) => {
      const { access_token, refresh_token } = await own.link();
      await own.advance(3599);
      expect((await own.userInfo(access_token)).status).toBe(200);
      await own.advance(1);
      expect((await own.userInfo(access_token)).status).toBe(401);
      const { access_token: fresh } = await tokensOf(await own.refresh(refresh_token));
      expect((await own.userInfo(fresh)).status).toBe(200);
    }));
});

describe("revocation", () => {
  it.each(["refresh_token", "access_token"] as const)("by %s ends the authorization, again and again", (kind) =>
    withSandbox({}, async (sandbox) => {
      const tokens = await sandbox.link();
      for (let round = 0; round < 2; round += 1) {
        const response = await sandbox.token({ token: tokens[kind] }, "/oauth/token/revoke");
        expect([response.status, await response.text()]).toEqual([200, ""]);
      }
      expect((await sandbox.userInfo(tokens.access_token)).status).toBe(401);
      await expectError(await sandbox.refresh(tokens.refresh_token), 400, "invalid_grant");
    }),
  );

  it("by sub ends all authorizations of the unit", () =>
    withSandbox({}, async (sandbox) => {
      const [first, second] = [await sandbox.link(), await sandbox.link()];
      expect(second.sub).toBe(first.sub);
      expect((await sandbox.token({ sub: first.sub ?? "" }, "/oauth/token/revoke")).status).toBe(200);
      for (const { access_token } of [first, second]) expect((await sandbox.userInfo(access_token)).status).toBe(401);
    }));

  it("goes by the token where both are given", () =>
    withSandbox({}, async (sandbox) => {
      const { sub = "", access_token } = await sandbox.link();
      await sandbox.token({ token: "unknown", sub }, "/oauth/token/revoke");
      expect((await sandbox.userInfo(access_token)).status).toBe(200);
    }));

  it("of a service account takes the accounts behind it along, and its right to be linked", () =>
    withSandbox({}, async (sandbox) => {
      const account = await accountOf(sandbox);
      const [unit, person, service] = [
        await sandbox.link(),
        await sandbox.tokensFor(account),
        await sandbox.tokensFor(sandbox.acme),
      ];
      await sandbox.token({ token: service.refresh_token }, "/oauth/token/revoke");
      expect((await sandbox.userInfo(service.access_token)).status).toBe(401);
      expect((await sandbox.userInfo(person.access_token)).status).toBe(401);
      expect((await sandbox.userInfo(unit.access_token)).status).toBe(200);
      expect((await sandbox.requestLinkToken({ service_account_id: sandbox.acme })).status).toBe(422);
    }));

  it("refuses wrong credentials and a request without a subject", () =>
    withSandbox({}, async (sandbox) => {
      const wrong = await sandbox.token({ client_secret: "wrong", token: "x" }, "/oauth/token/revoke");
      await expectError(wrong, 400, "invalid_client");
      const empty = await sandbox.token({ refresh_token: "x" }, "/oauth/token/revoke");
      await expectError(empty, 400, "invalid_request");
    }));
});

describe("userinfo", () => {
  it("tells what each subject is", () =>
    withSandbox({}, async (sandbox) => {
      const unit = await sandbox.link();
      expect(await (await sandbox.userInfo(unit.access_token)).json()).toEqual({
        sub: unit.sub,
        "cronofy.type": "organizational_unit",
        "cronofy.data": {
          organizational_unit: {},
          authorization: { scope: "organizational_unit_use_integrations", status: "active" },
        },
      });
      const service = await sandbox.tokensFor(sandbox.acme);
      expect(await (await sandbox.userInfo(service.access_token)).json()).toMatchObject({
        sub: sandbox.acme,
        email: "calendars@acme.example",
        "cronofy.type": "service_account",
        "cronofy.data": { service_account: { provider_name: "google", domain: "acme.example" } },
      });
    }));

  it("shows the conferencing profile of an account while its service account is linked", () =>
    withSandbox({}, async (sandbox) => {
      const { access_token } = await sandbox.tokensFor(await accountOf(sandbox));
      const profiles = async () => {
        const info = (await (await sandbox.userInfo(access_token)).json()) as Record<string, Record<string, unknown>>;
        return info["cronofy.data"]?.["conferencing_profiles"];
      };
      expect(await profiles()).toEqual([]);
      const unit = await sandbox.link();
      expect(await profiles()).toEqual([
        {
          provider_name: "zoom",
          profile_id: matching(/^pro_[0-9a-f]{24}$/),
          profile_name: "ada@acme.example",
          profile_connected: true,
        },
      ]);
      await sandbox.token({ token: unit.refresh_token }, "/oauth/token/revoke");
      expect(await profiles()).toEqual([]);
    }));

  it.each(["", "nonsense"])("refuses the bearer %j", (bearer) =>
    withSandbox({}, async (sandbox) => expect((await sandbox.userInfo(bearer)).status).toBe(401)),
  );

  it("refuses the API key, which is no access token", () =>
    withSandbox({}, async (sandbox) =>
      expect((await sandbox.userInfo(sandbox.running.client_secret)).status).toBe(401),
    ));
});

describe("what the documentation leaves open about tokens", () => {
  it("may keep the refresh token", () =>
    withSandbox({ assumptions: { rotatesRefreshTokens: false } }, async (sandbox) => {
      const { refresh_token } = await sandbox.link();
      expect((await tokensOf(await sandbox.refresh(refresh_token))).refresh_token).toBe(refresh_token);
    }));

  it("may let a replaced refresh token live on for a while, without rotating again", () =>
    withSandbox({ assumptions: { replacedRefreshTokenGraceSeconds: 30 } }, async (sandbox) => {
      const { refresh_token: old } = await sandbox.link();
      const { refresh_token: current } = await tokensOf(await sandbox.refresh(old));
      await sandbox.advance(29);
      expect((await tokensOf(await sandbox.refresh(old))).refresh_token).toBe(current);
      await sandbox.advance(1);
      await expectError(await sandbox.refresh(old), 400, "invalid_grant");
    }));

  it("may name the unit in other ways, or not at all", () =>
    withSandbox(
      { assumptions: { organizationalUnitPrefix: "oun", redeemReplyHasSub: false, refreshReplyHasSub: true } },
      async (sandbox) => {
        const redeemed = await sandbox.link();
        expect(redeemed).not.toHaveProperty("sub");
        expect((await tokensOf(await sandbox.refresh(redeemed.refresh_token))).sub).toMatch(/^oun_/);
      },
    ));

  it("may add what it likes to a unit's userinfo", () =>
    withSandbox({ assumptions: { organizationalUnitUserInfo: { name: "Acme" } } }, async (sandbox) => {
      const { access_token } = await sandbox.link();
      expect(await (await sandbox.userInfo(access_token)).json()).toHaveProperty("name", "Acme");
    }));

  it("may revoke what a code granted when the code comes twice", () =>
    withSandbox({ assumptions: { reusedCodeRevokes: true } }, async (sandbox) => {
      const code = await sandbox.consent(await sandbox.authorizationUrl());
      const { access_token } = await tokensOf(await sandbox.redeem(code));
      await sandbox.redeem(code);
      expect((await sandbox.userInfo(access_token)).status).toBe(401);
    }));

  it("may revoke the earlier authorization at a new one, without undoing the link", () =>
    withSandbox({ assumptions: { reauthorizationRevokesEarlier: true } }, async (sandbox) => {
      const [first, second] = [await sandbox.link(), await sandbox.link()];
      expect((await sandbox.userInfo(first.access_token)).status).toBe(401);
      expect((await sandbox.userInfo(second.access_token)).status).toBe(200);
      expect(await (await sandbox.admin("GET", "/state")).json()).toHaveProperty(
        "organizational_units.0.links.length",
        1,
      );
    }));

  it("may revoke the units of a revoked service account", () =>
    withSandbox({ assumptions: { serviceAccountRevocationReachesUnits: true } }, async (sandbox) => {
      const { access_token } = await sandbox.link();
      await sandbox.token({ sub: sandbox.acme }, "/oauth/token/revoke");
      expect((await sandbox.userInfo(access_token)).status).toBe(401);
    }));

  it("may leave the link when the authorization is revoked", () =>
    withSandbox({ assumptions: { revocationUndoesLink: false } }, async (sandbox) => {
      const { refresh_token } = await sandbox.link();
      await sandbox.token({ token: refresh_token }, "/oauth/token/revoke");
      expect(await (await sandbox.admin("GET", "/state")).json()).toHaveProperty(
        "organizational_units.0.links.length",
        1,
      );
    }));

  it("may accept a revocation of nothing, and answer bad credentials with 401", () =>
    withSandbox({ assumptions: { revocationOfNothing: "accepted", invalidClientStatus: 401 } }, async (sandbox) => {
      expect((await sandbox.token({}, "/oauth/token/revoke")).status).toBe(200);
      await expectError(await sandbox.token({ client_secret: "wrong" }), 401, "invalid_client");
    }));
});

async function accountOf(sandbox: TestSandbox): Promise<string> {
  const { accounts } = (await (await sandbox.admin("GET", "/state")).json()) as { accounts: { account_id: string }[] };
  return accounts[0]?.account_id ?? "";
}
