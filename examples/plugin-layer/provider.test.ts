import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { TerraformTest } from "terraform-plugin-ts/testing";
import { address, handlers } from "./provider";
import { startTinydb } from "./service";

const ORDERS = "tinydb_database.orders";

void test("a database lives as declared", async () => {
  const tinydb = await startTinydb();
  const terraform = await TerraformTest.create({
    attached: { [address]: handlers() },
    configuration: await readFile("main.tf", "utf8"),
  });
  const given = (variables: object = {}) => ({ variables: { url: tinydb.url, ...variables } });
  try {
    await terraform.plan({ ...given({ size: "huge" }), expectError: /Choose one of "small", "large"; got "huge"/ });

    // The plan after an apply must be empty: that is part of the step.
    const { plan } = await terraform.apply({ ...given(), expectActions: { [ORDERS]: "create" } });
    const state = await terraform.state();
    const [database] = tinydb.databases.values();
    assert.equal((plan.change(ORDERS).after as { monthly_price: number }).monthly_price, 5);
    assert.deepEqual(state.resource(ORDERS).values["backups"], {
      every: "1h",
      keep: 7,
      location: `backups://${database?.id}`,
    });
    assert.equal(state.outputs["url"], "tinydb://eu.tinydb.example/orders");
    assert.equal((state.outputs["sizes"] as unknown[]).length, 2);
    // Write-only: the service has it, the state does not.
    assert.deepEqual([...tinydb.passwords.values()], ["correct horse battery staple"]);
    assert.equal(state.resource(ORDERS).values["password"], null);
    // Ephemeral: each that was opened was closed at the end of its run.
    assert.deepEqual([...new Set(tinydb.logins.values())], ["closed"]);

    // The same in another spelling.
    await terraform.plan(given({ every: "60m" }));
    await terraform.plan({ ...given({ name: "orders-2" }), expectActions: { [ORDERS]: "replace" } });

    const { plan: larger } = await terraform.apply({
      ...given({ size: "large" }),
      expectActions: { [ORDERS]: "update" },
    });
    assert.equal((larger.change(ORDERS).after as { monthly_price: number }).monthly_price, 40);

    await terraform.workspace.run(["state", "rm", ORDERS]);
    // No service tells a version that is the configuration's own.
    await terraform.import(ORDERS, "eu/orders", { expectNextActions: { [ORDERS]: "update" } });

    if (database !== undefined) database.tables = 3;
    const { message } = await terraform.destroy();
    assert.match(message, /Tables will be lost .* The database orders has 3/);
    assert.equal(tinydb.databases.size, 0);
  } finally {
    await terraform.close();
    tinydb.close();
  }
});
