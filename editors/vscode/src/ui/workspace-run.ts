import { ProgressLocation, window, type CancellationToken, type Progress } from "vscode";
import type { Calibrant } from "../client/session";

type Reporting = Progress<{ message?: string; increment?: number }>;

/** Runs all workflows of a folder, and shows how far that is, with a button that cancels it. */
export async function runWorkspace(session: Calibrant, uri: string): Promise<void> {
  const ended = new Set<string>();
  const listening = session.onSession((done) => ended.add(done.session));
  try {
    const { sessions } = await session.request("calibrant.calibrateWorkspace", { uri });
    if (sessions.length === 0) return; // the server has said why
    const title = sessions.length === 1 ? "Calibrating 1 workflow" : `Calibrating ${sessions.length} workflows`;
    await window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) =>
      untilEnded(session, sessions, ended, progress, token),
    );
  } finally {
    listening.dispose();
  }
}

/** Settles when all have ended, or the server has. */
function untilEnded(
  session: Calibrant,
  sessions: readonly string[],
  ended: ReadonlySet<string>,
  progress: Reporting,
  token: CancellationToken,
): Promise<void> {
  const open = (): string[] => sessions.filter((one) => !ended.has(one));
  return new Promise((resolve) => {
    let shown = 0;
    const look = (): void => {
      const done = sessions.length - open().length;
      progress.report({ message: `${done}/${sessions.length}`, increment: (100 * (done - shown)) / sessions.length });
      shown = done;
      if (done < sessions.length && session.state === "ready") return;
      for (const one of listening) one.dispose();
      resolve();
    };
    const listening = [
      session.onSession(look),
      session.onDidChangeState(look),
      token.onCancellationRequested(() => {
        for (const one of open()) {
          session.request("calibrant.cancel", { session: one }).then(undefined, (error: unknown) => { session.log.warn(String(error)); });
        }
      }),
    ];
    look();
  });
}
