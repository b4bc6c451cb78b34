import type { Status } from "../client/protocol";
import type { ServerState } from "../client/session";

/** Something that the user can do. */
export interface Action {
  readonly icon: string;
  readonly title: string;
  readonly command: string;
}

const CALIBRATE: Action = { icon: "play", title: "Calibrate This Workflow", command: "calibrant.ui.calibrate" };
const WITH_INPUTS: Action = { icon: "edit", title: "Calibrate With Inputs…", command: "calibrant.ui.calibrateWithInputs" };
const WORKSPACE: Action = { icon: "run-all", title: "Calibrate Workspace", command: "calibrant.ui.calibrateWorkspace" };
const TOOLCHAINS: Action = { icon: "tools", title: "Show Toolchains", command: "calibrant.ui.toolchains" };
const CANCEL: Action = { icon: "debug-stop", title: "Cancel", command: "calibrant.ui.cancel" };
const FIX: Action = { icon: "wand", title: "Apply All Safe Fixes", command: "calibrant.ui.applySafeFixes" };
const ROLL_BACK: Action = { icon: "discard", title: "Roll Back…", command: "calibrant.ui.rollBack" };
const RESULT: Action = { icon: "list-tree", title: "Show Last Result", command: "calibrant.ui.showResult" };
const TRUST: Action = { icon: "shield", title: "Trust This Workspace", command: "calibrant.ui.trust" };
const INSTALL: Action = { icon: "cloud-download", title: "Install or Update Server…", command: "calibrant.ui.install" };
const RESTART: Action = { icon: "debug-restart", title: "Restart Server", command: "calibrant.ui.restart" };
const LOG: Action = { icon: "output", title: "Show Log", command: "calibrant.ui.showLog" };

/** Returns what can be done now, the most likely first. */
export function actionsFor(state: ServerState, inWorkflow: boolean, status: Status | undefined): Action[] {
  if (state === "failed") return [INSTALL, RESTART, LOG];
  if (!inWorkflow || !status) return [WORKSPACE, TOOLCHAINS, RESTART, LOG];
  const { counts } = status;
  const isRun = status.runs ?? true;
  const isBusy = status.state === "running" || status.state === "changing";
  const all: readonly (readonly [boolean, Action])[] = [
    [status.session !== null, CANCEL],
    [isRun && !isBusy, CALIBRATE],
    [isRun && !isBusy, WITH_INPUTS],
    [counts.error + counts.warning > 0, FIX],
    [status.standing > 0, ROLL_BACK],
    [status.result, RESULT],
    [isRun && !status.trusted, TRUST],
    [true, WORKSPACE],
    [true, TOOLCHAINS],
    [true, RESTART],
    [true, LOG],
  ];
  return all.filter(([fits]) => fits).map(([, action]) => action);
}
