/**
 * The entry file of a provider imports this before anything else, for its effect: loading the other modules takes
 * long enough for a Ctrl-C or a stray line of output to come between.
 */
import { protectProcess } from "./protect-process";

protectProcess(process.argv);
