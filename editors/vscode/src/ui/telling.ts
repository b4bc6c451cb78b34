import { commands, env, window, workspace } from "vscode";
import { ATTEMPTS } from "../client/backoff";
import type { Teller } from "../client/supervisor";
import { plain } from "../plain";
import { wordsOf, type Problem } from "../server/problem";
import { named } from "../server/setting";

const SHOW_LOG = { title: "Show Log", command: "calibrant.ui.showLog" };
const RESTART = { title: "Restart", command: "calibrant.ui.restart" };
const INSTALL = { title: "Install…", command: "calibrant.ui.install" };
const TRUST = { title: "Manage Trust", command: "workbench.trust.manage" };
export const SETTING = { title: "Open Setting", command: "calibrant.ui.openServerSetting" };

interface Button {
  readonly title: string;
  readonly command: string;
}

/** Tells the user by messages with buttons. */
export const teller: Teller = {
  failed: (problem) => {
    const words = isHeldBack(problem)
      ? `${wordsOf(problem)} Environments in this folder are not looked at while it is not trusted.`
      : wordsOf(problem);
    const isJustMissing = problem.kind === "absent" && problem.path === undefined;
    const show = isJustMissing ? window.showWarningMessage : window.showErrorMessage;
    void offer(show(plain(words), ...buttonsFor(problem)));
  },
  crashed: (how, again) => {
    if (again) {
      const words = `Calibrant’s server ended unexpectedly (${how}). It is started again in ${again.delaySeconds} s (attempt ${again.attempt} of ${ATTEMPTS}).`;
      void offer(window.showWarningMessage(plain(words), SHOW_LOG));
    } else {
      const words = `Calibrant’s server ended unexpectedly (${how}), now for the ${ATTEMPTS + 1}th time in a few minutes. It is not started again by itself.`;
      void offer(window.showErrorMessage(plain(words), RESTART, SHOW_LOG));
    }
  },
};

/** Tells whether the server may be in the workspace, which is not trusted. */
function isHeldBack({ kind }: Pick<Problem, "kind">): boolean {
  return kind === "absent" && !workspace.isTrusted;
}

/** Where the setting names a server, installing another one would not help. */
function buttonsFor({ kind }: Pick<Problem, "kind">): readonly Button[] {
  if (kind === "died" || kind === "slow") return [RESTART, SHOW_LOG];
  if (isHeldBack({ kind })) return [TRUST, INSTALL, SHOW_LOG];
  const isNamed = named("server.path") !== "";
  return isNamed ? [SETTING, SHOW_LOG] : [INSTALL, SETTING, SHOW_LOG];
}

/** Does what the button says that the user chooses, if any. */
export async function offer(answer: Thenable<Button | undefined>): Promise<void> {
  const chosen = await answer;
  if (chosen) await commands.executeCommand(chosen.command);
}

/** Opens the setting that names the server where its value is, which on another machine is not with the user’s own. */
export async function openServerSetting(): Promise<void> {
  const seen = workspace.getConfiguration("calibrant").inspect("server.path");
  const isOfWorkspace = seen?.workspaceValue !== undefined || seen?.workspaceFolderValue !== undefined;
  const elsewhere = env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
  const command = isOfWorkspace ? "openWorkspaceSettings" : elsewhere;
  await commands.executeCommand(`workbench.action.${command}`, { query: "@id:calibrant.server.path" });
}
