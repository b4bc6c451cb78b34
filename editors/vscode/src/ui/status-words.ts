import type { Status } from "../client/protocol";
import type { ServerState } from "../client/session";
import { plain } from "../plain";
import { actionsFor } from "./actions";

/** What the status bar shows. */
export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly alarm: "none" | "warning" | "error";
}

const SERVER: Record<Exclude<ServerState, "ready">, Shown> = {
  off: { text: "$(circle-slash) Calibrant", tooltip: "Calibrant’s server is not running.", alarm: "none" },
  starting: { text: "$(loading~spin) Calibrant", tooltip: "Calibrant’s server is starting.", alarm: "none" },
  waiting: {
    text: "$(sync~spin) Calibrant: starting again",
    tooltip: "Calibrant’s server ended unexpectedly and is about to be started again.",
    alarm: "warning",
  },
  failed: { text: "$(error) Calibrant: no server", tooltip: "Calibrant’s server is not running.", alarm: "error" },
};

/** Returns what the status bar shows of the server and of the workflow that the user is in; the tooltip is Markdown. */
export function shownOf(state: ServerState, inWorkflow: boolean, status: Status | undefined): Shown {
  if (state !== "ready") {
    const shown = SERVER[state];
    return { ...shown, tooltip: tooltipOf([shown.tooltip], state, inWorkflow, status) };
  }
  if (!status) return { text: "Calibrant", tooltip: tooltipOf([], state, inWorkflow, status), alarm: "none" };
  const lines = [status.words, status.trusted ? "" : "Commands do not run: this workspace is not trusted."];
  return {
    text: `$(${iconOf(status)}) ${plain(status.words)}`,
    tooltip: tooltipOf(lines, state, inWorkflow, status),
    alarm: status.state === "idle" && status.counts.error > 0 ? "warning" : "none",
  };
}

function iconOf({ state, counts }: Status): string {
  if (state !== "idle") return "loading~spin";
  if (counts.error > 0) return "error";
  return counts.warning > 0 ? "warning" : "check";
}

function tooltipOf(lines: readonly string[], state: ServerState, inWorkflow: boolean, status: Status | undefined): string {
  const links = actionsFor(state, inWorkflow, status).map(({ icon, title, command }) => `$(${icon}) [${title}](command:${command})`);
  return ["**Calibrant**", ...lines.filter((line) => line !== "").map(escaped), links.join("  \n")].join("\n\n");
}

/** Returns a text in which nothing means anything to Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, "\\$&");
}
