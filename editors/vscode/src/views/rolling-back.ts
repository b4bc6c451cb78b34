import { basename } from "node:path";
import { Uri, window, type QuickPickItem } from "vscode";
import type { Rollback, Session } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { plain } from "../plain";
import { stands, timeOf, titleOf } from "./entries";
import type { PreviewTexts } from "./texts";

/** Lets the user choose a change of a workflow, see what rolling it back does, and have that done. */
export async function rollBack(session: Calibrant, texts: PreviewTexts, uri: Uri): Promise<void> {
  const entries = (await session.request("calibrant.history", { uri: uri.toString() })).filter(stands);
  if (entries.length === 0) {
    void window.showInformationMessage(plain(`No change by Calibrant stands in ${basename(uri.fsPath)}.`));
    return;
  }
  const chosen = await window.showQuickPick(entries.map(itemOf), {
    title: `Roll Back a Change of ${basename(uri.fsPath)}`,
    placeHolder: "Choose the change; you see what it does before it is done",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen) await rollBackOne(session, texts, uri, chosen.entry);
}

function itemOf(entry: Session): QuickPickItem & { entry: Session } {
  const fixes = (entry.change?.fixes ?? []).map((fix) => fix.title).join(" · ");
  return {
    label: plain(titleOf(entry)),
    description: plain(entry.words?.detail ?? ""),
    detail: plain([timeOf(entry), fixes].filter(Boolean).join("  ")),
    entry,
  };
}

/** Shows what rolling back a change does, and does it when the user agrees. */
export async function rollBackOne(session: Calibrant, texts: PreviewTexts, uri: Uri, entry: Session, whole = false): Promise<void> {
  const asked = { uri: uri.toString(), session: entry.session, whole };
  const preview = await session.request("calibrant.rollback", { ...asked, preview: true });
  if (preview.conflicts?.length && !whole) {
    if (await wholeWanted(preview)) await rollBackOne(session, texts, uri, entry, true);
    return;
  }
  const files = preview.files ?? [];
  const [first] = files;
  if (!first) {
    void window.showWarningMessage(plain(preview.reason ?? `There is nothing left of ‘${titleOf(entry)}’ to roll back.`));
    return;
  }
  const title = "now ↔ rolled back";
  const shown = await texts.show(files, files.length === 1 ? `${basename(first.path)}: ${title}` : title);
  try {
    if (!(await agreed(titleOf(entry), whole))) return;
    tell(await session.request("calibrant.rollback", { ...asked, tell: false }), titleOf(entry));
  } finally {
    await shown.close();
  }
}

/** Asks whether the whole backup is wanted, where what was edited since stands in a fix's place. */
async function wholeWanted({ reason, conflicts }: Rollback): Promise<boolean> {
  const whole = "Restore the Whole Backup…";
  const places = (conflicts ?? []).map((conflict) => conflict.reason).filter((place) => place !== reason);
  const message = reason ?? "You edited in the place of a fix since.";
  return (await window.showWarningMessage(plain(message), { modal: true, detail: places.join("\n") }, whole)) === whole;
}

async function agreed(title: string, whole: boolean): Promise<boolean> {
  const yes: QuickPickItem = whole
    ? { label: "$(discard) Restore the Whole Backup", detail: "The file becomes what it was before the change; later edits of yours are lost." }
    : { label: "$(discard) Roll Back", detail: "Only what the change did is taken back; your other edits stay." };
  const no: QuickPickItem = { label: "$(close) Cancel", detail: "Nothing is changed." };
  const chosen = await window.showQuickPick([yes, no], {
    title: `Roll back ‘${title}’?`,
    placeHolder: "The editor below shows what would become of the file",
    ignoreFocusOut: true,
  });
  return chosen === yes;
}

function tell({ reason }: Rollback, title: string): void {
  if (reason) void window.showWarningMessage(plain(reason));
  else void window.showInformationMessage(plain(`Rolled back: ${title}`));
}
