import { commands, EventEmitter, Uri, window, workspace, type Disposable, type TextDocumentContentProvider } from "vscode";
import type { Rollback } from "../client/protocol";

const SCHEME = "calibrant-preview";

type File = NonNullable<Rollback["files"]>[number];

/** A difference that is shown. */
export interface Shown {
  close(): Promise<void>;
}

/** Holds the texts of a preview, so that the editor can show the difference between them. */
export class PreviewTexts implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new EventEmitter<Uri>();
  private readonly registered = workspace.registerTextDocumentContentProvider(SCHEME, this);
  private number = 0;

  readonly onDidChange = this.changes.event;

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Shows what becomes of files, and returns what closes that again. */
  async show(files: readonly File[], title: string): Promise<Shown> {
    const sides = files.map((file) => ({ file, ...this.put(file) }));
    const [only] = sides;
    if (only && sides.length === 1) await commands.executeCommand("vscode.diff", only.before, only.after, title, { preview: true });
    else await commands.executeCommand("vscode.changes", title, sides.map(({ file, before, after }) => [Uri.parse(file.uri), before, after]));
    const tab = window.tabGroups.activeTabGroup.activeTab;
    return {
      close: async () => {
        if (tab?.label.startsWith(title) && !tab.isPinned) await window.tabGroups.close(tab);
        for (const { before, after } of sides) [before, after].forEach((uri) => this.texts.delete(uri.toString()));
      },
    };
  }

  dispose(): void {
    this.registered.dispose();
    this.changes.dispose();
    this.texts.clear();
  }

  private put(file: File): { before: Uri; after: Uri } {
    const query = String(++this.number);
    const path = Uri.parse(file.uri).path;
    const before = Uri.from({ scheme: SCHEME, authority: "now", path, query });
    const after = Uri.from({ scheme: SCHEME, authority: "then", path, query });
    this.texts.set(before.toString(), file.before ?? "");
    this.texts.set(after.toString(), file.after ?? "");
    return { before, after };
  }
}
