import { Uri, window, type QuickPickItem } from "vscode";
import type { Toolchain } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { plain } from "../plain";

/** Lists with which tools a workspace is built, and opens the file that declares the one that is chosen. */
export async function showToolchains(session: Calibrant, uri: string): Promise<void> {
  const found = await session.request("calibrant.toolchains", { uri, words: true });
  if (found.length === 0) return; // the server has said so
  const chosen = await window.showQuickPick(found.map(itemOf), {
    title: "Toolchains",
    placeHolder: "Choose one to open the file that declares it",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.uri) await window.showTextDocument(Uri.parse(chosen.uri));
}

function itemOf({ words, uri }: Toolchain): QuickPickItem & { uri: string | null } {
  return { label: `$(tools) ${plain(words.title)}`, description: plain(words.detail), detail: plain(words.lines.join(" · ")), uri };
}
