/**
 * The entry file of a provider imports this before anything else: loading the other modules takes long enough for a
 * Ctrl-C or a stray line of output to come in between.
 */
import { protectProcess } from "./provider-process";

protectProcess(process.argv);
