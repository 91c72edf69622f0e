// Tells what a plan would do, in lines without any value, and holds a plan to what was reviewed.
//
//   node planned-changes.mjs <plan.json>                  prints the lines
//   node planned-changes.mjs <plan.json> <reviewed.txt>   ends with 1 where there are others than in that file
import { readFile } from "node:fs/promises";

const [planFile, reviewedFile] = process.argv.slice(2);
const { resource_changes: changes = [] } = JSON.parse(await readFile(planFile, "utf8"));
const planned = changes.flatMap(({ address, deposed, previous_address: from, change: { actions, importing } }) => {
  const does = [...(from ? ["move"] : []), ...(importing ? ["import"] : []), ...actions];
  const isNothing = does.every((action) => action === "no-op" || action === "read");
  return isNothing ? [] : [`${does.join(" ")} ${address}${deposed ? ` (deposed ${deposed})` : ""}`];
});

if (reviewedFile === undefined) {
  for (const line of planned) console.log(line);
} else {
  const text = await readFile(reviewedFile, "utf8").catch(() => "");
  const reviewed = new Set(text.split("\n"));
  // What was reviewed and is done already does no harm.
  const others = planned.filter((line) => !reviewed.has(line));
  if (others.length > 0) {
    console.error(
      ["Not applied: this was not reviewed. Run the pipeline again, so that it is.", ...others].join("\n  "),
    );
    process.exitCode = 1;
  }
}
