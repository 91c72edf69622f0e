// A process of its own that is Terraform with the provider in it, as much as a link's life needs: forked by a chaos run,
// told what to do to which link, and killed at any moment. It writes its state after each object, as Terraform does.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SmallTerraform } from "../provider/small-terraform";
import type { Kept } from "../provider/small-terraform";
import { answerParent } from "./fleet-process";
import type { Call, Told } from "./fleet-process";

const [folder = ""] = process.argv.slice(2);

/** A link's resource instances, each in a file. */
class StateFolder extends Map<string, Kept> {
  constructor(
    private readonly folder: string,
    private readonly isKept: boolean,
  ) {
    super();
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
      const { state, own } = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Record<string, string>;
      const kept = { state: { msgpack: bytes(state), json: Buffer.alloc(0) }, private: bytes(own) };
      super.set(path.basename(name, ".json"), kept);
    }
  }

  override set(address: string, kept: Kept): this {
    super.set(address, kept);
    if (this.isKept) {
      const file = this.fileOf(address);
      const text = { state: kept.state.msgpack.toString("base64"), own: kept.private.toString("base64") };
      writeFileSync(`${file}.new`, JSON.stringify(text));
      renameSync(`${file}.new`, file);
    }
    return this;
  }

  override delete(address: string): boolean {
    if (this.isKept) rmSync(this.fileOf(address), { force: true });
    return super.delete(address);
  }

  private fileOf(address: string): string {
    return path.join(this.folder, `${address}.json`);
  }
}

function bytes(text = ""): Buffer {
  return Buffer.from(text, "base64");
}

function whatItSaid({ warnings, details }: SmallTerraform): Pick<Told, "warnings"> {
  return { warnings: warnings.map((summary, index) => `${summary}: ${details[index] ?? ""}`) };
}

answerParent(async (now) => {
  const provider = await SmallTerraform.create({ env: process.env, now, place: "chaos" });
  return async (call: Call | Record<string, never>): Promise<Told | null> => {
    if (!("account" in call)) return null;
    for (const line of provider.log.splice(0)) {
      if (line.startsWith("The provider made a mistake")) console.error(line);
    }
    const state = new StateFolder(path.join(folder, call.account), call.what !== "look");
    const terraform = provider.withState(state);
    const { wanted } = call;
    if (call.what !== "apply") {
      for (const address of terraform.addresses) await terraform.refresh(address);
      const [address = ""] = terraform.addresses.filter((each) => each === wanted?.address);
      return { link: terraform.link(address), ...whatItSaid(terraform), isChanged: false };
    }
    const others = () => terraform.addresses.filter((each) => each !== wanted?.address);
    const destroyOthers = async () => {
      for (const address of others()) await terraform.destroy(address);
    };
    let isChanged = others().length > 0;
    if (wanted?.createsFirst !== true) await destroyOthers();
    if (wanted !== null) {
      isChanged = (await terraform.apply(wanted.address, wanted.config, { refresh: false })) || isChanged;
      await destroyOthers();
    }
    const link = wanted === null ? {} : terraform.link(wanted.address);
    return { link, ...whatItSaid(terraform), isChanged };
  };
});
