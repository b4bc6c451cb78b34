import type { Input } from "../client/protocol";

/** Returns a value as it would be written: a text as it is, anything else as JSON. */
export function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const DOTS = "••••••";

/** Returns what a run would use for an input, and where that comes from. `values` are given now, null forgets. */
export function shown(input: Input, values: Readonly<Record<string, unknown>>): string {
  if (input.problem !== "") return input.problem;
  const given = values[input.name];
  if (given !== undefined && given !== null) return `${input.secret === true ? DOTS : written(given)} (now)`;
  if (given === undefined && input.secret === true && input.remembered === true) return DOTS;
  if (given === undefined && input.value !== null) return written(input.value);
  if (input.default !== null) return `${written(input.default)} (default)`;
  return input.needed ? "needs a value" : "not given";
}
