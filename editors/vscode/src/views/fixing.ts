import { commands, languages, Uri, window, type QuickPickItem } from "vscode";
import type { Fix, Issue } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { plain } from "../plain";

/** Applies a fix of an issue; where there are several, the user chooses. */
export async function fixIssue(session: Calibrant, uri: Uri, issue: Issue): Promise<void> {
  const fix = await choose(issue);
  if (fix) await session.request("calibrant.applyFixes", { uri: uri.toString(), fixes: [fix.id] });
}

async function choose({ message, fixes }: Issue): Promise<Fix | undefined> {
  if (fixes.length < 2) return fixes[0];
  const items = fixes.map((fix): QuickPickItem & { fix: Fix } => ({
    label: plain(fix.words ?? fix.title),
    description: fix.safety === "safe" ? "safe" : "for review",
    fix,
  }));
  const chosen = await window.showQuickPick(items, { title: message, placeHolder: "Fix this by", matchOnDescription: true });
  return chosen?.fix;
}

/** Opens the page on an issue's code. */
export async function explain(uri: Uri, { code, page }: Issue): Promise<void> {
  const link = page ? Uri.parse(page) : linkOf(uri, code);
  if (!link) throw new Error(`There is no page on ‘${code}’ at hand. In a terminal, ‘calibrant explain ${code}’ prints it.`);
  if (link.scheme === "file") await commands.executeCommand("markdown.showPreview", link);
  else await commands.executeCommand("vscode.open", link);
}

function linkOf(uri: Uri, code: string): Uri | undefined {
  for (const { code: known } of languages.getDiagnostics(uri)) {
    if (typeof known === "object" && known.value === code) return known.target;
  }
  return undefined;
}
