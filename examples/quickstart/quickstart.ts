/** `npm run quickstart`: takes the link of main.ts through its whole life, with real Terraform and a local Cronofy. */
import { Narrator } from "./tour/narrator";
import { AGAIN, StepError } from "./tour/step-error";
import { Tour } from "./tour/tour";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

void main();

async function main(): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of SIGNALS) process.on(signal, interrupt);

  const narrator = new Narrator(process.stdout, process.env);
  const tour = new Tour(narrator, interruption);
  try {
    await tour.run();
    await tour.end();
    narrator.success("quickstart: ok");
  } catch (error) {
    await tour.end();
    if (interruption.signal.aborted) {
      narrator.failure(tour.currentStep, "It was interrupted. Nothing is left running.", "Run `npm run quickstart`.");
      process.exitCode = 130;
    } else {
      const cause = error instanceof Error ? error.message : String(error);
      narrator.failure(tour.currentStep, cause, error instanceof StepError ? error.advice : AGAIN);
      process.exitCode = 1;
    }
  }
  for (const signal of SIGNALS) process.off(signal, interrupt);
}
