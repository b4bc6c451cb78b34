import { commands, workspace } from "vscode";
import type { Calibrant } from "../client/session";
import { isWorkflow } from "../workflows";

/** Opens the first steps. Those that are done already are ticked: the editor itself heeds only what happens from now on. */
export async function getStarted(extension: string, session: Calibrant): Promise<void> {
  await commands.executeCommand("workbench.action.openWalkthrough", `${extension}#start`);
  const uri = session.activeUri ?? workspace.textDocuments.find(isWorkflow)?.uri;
  const status = uri && session.statusOf(uri);
  const done = {
    server: session.state === "ready",
    open: uri !== undefined,
    calibrate: status?.result ?? false,
    fix: (status?.standing ?? 0) > 0,
  };
  for (const [step, is] of Object.entries(done)) {
    await commands.executeCommand("setContext", `calibrant.walkthrough.${step}`, false);
    if (is) await commands.executeCommand("setContext", `calibrant.walkthrough.${step}`, true);
  }
}
