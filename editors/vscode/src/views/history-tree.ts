import { basename } from "node:path";
import { EventEmitter, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, window } from "vscode";
import type { Disposable, TreeDataProvider, TreeView } from "vscode";
import type { Session } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { stands, timeOf } from "./entries";

export const HISTORY_VIEW = "calibrant.historyView";

/** A run or a change of the history, or a line about one. */
export type HistoryNode =
  | { readonly kind: "entry"; readonly uri: Uri; readonly entry: Session }
  | { readonly kind: "line"; readonly id: string; readonly icon: string; readonly title: string; readonly detail: string };

/** The tree of what was run and changed of the active workflow, the newest first. */
export class HistoryTree implements TreeDataProvider<HistoryNode>, Disposable {
  private readonly changes = new EventEmitter<undefined>();
  private readonly view: TreeView<HistoryNode>;
  private readonly listeners: Disposable[];
  private uri: Uri | undefined;
  private standing: number | undefined;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(private readonly session: Calibrant) {
    this.view = window.createTreeView(HISTORY_VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.uri = session.activeUri;
    const refresh = (): void => { this.changes.fire(undefined); };
    this.listeners = [
      session.onDidChangeActive((uri) => { if (uri) { this.uri = uri; refresh(); } }),
      session.onDidStart(refresh),
      session.onSession(refresh),
      session.onStatus((status) => {
        if (Uri.parse(status.uri).toString() !== this.uri?.toString() || status.standing === this.standing) return;
        this.standing = status.standing; // undo and redo change it too
        refresh();
      }),
    ];
  }

  /** Brings the tree to the front, with the history of a workflow. */
  async show(uri: Uri | undefined): Promise<void> {
    if (uri) this.uri = uri;
    const [first] = await this.load();
    this.changes.fire(undefined);
    if (first) await this.view.reveal(first, { focus: true, select: true });
  }

  getTreeItem(node: HistoryNode): TreeItem {
    return node.kind === "entry" ? entryItem(node) : lineItem(node);
  }

  async getChildren(node?: HistoryNode): Promise<HistoryNode[]> {
    if (node) return node.kind === "entry" ? linesOf(node.entry) : [];
    return this.load();
  }

  getParent(): undefined {
    return undefined; // only the top rows are revealed
  }

  dispose(): void {
    for (const each of [...this.listeners, this.view, this.changes]) each.dispose();
  }

  private async load(): Promise<HistoryNode[]> {
    const { uri } = this;
    this.view.description = uri ? basename(uri.fsPath) : "";
    if (!uri || this.session.state !== "ready") return [];
    const entries = await this.session.request("calibrant.history", { uri: uri.toString() });
    return entries.map((entry): HistoryNode => ({ kind: "entry", uri, entry }));
  }
}

function entryItem(node: HistoryNode & { kind: "entry" }): TreeItem {
  const { entry } = node;
  const { change } = entry;
  const { title, detail } = entry.words ?? { title: entry.session, detail: "" };
  const item = new TreeItem(title, linesOf(entry).length > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
  item.id = entry.session;
  item.description = detail;
  item.iconPath = change ? changeIcon(change.status) : runIcon(entry);
  item.contextValue = contextOf(entry);
  item.tooltip = [title, detail, change?.reason, timeOf(entry)].filter(Boolean).join("\n");
  item.accessibilityInformation = { label: `${change ? "change" : "run"}: ${title} ${detail}` };
  if (!change) item.command = { title: "Show This Result", command: "calibrant.ui.showRun", arguments: [node] };
  return item;
}

function contextOf(entry: Session): string {
  if (!entry.change) return "calibrant.run";
  return stands(entry) ? "calibrant.change.standing" : "calibrant.change";
}

function changeIcon(status: string): ThemeIcon {
  if (status === "verified" || status === "kept") return new ThemeIcon("verified", new ThemeColor("testing.iconPassed"));
  if (status === "rolled_back") return new ThemeIcon("discard");
  return new ThemeIcon(status === "refused" ? "circle-slash" : "wand");
}

function runIcon({ status, issues }: Session): ThemeIcon {
  if (status !== "completed") return new ThemeIcon(status === "cancelled" ? "debug-stop" : "error");
  const wrong = issues.critical.length + issues.auto_repairs.length > 0;
  return wrong
    ? new ThemeIcon("run-errors", new ThemeColor("testing.iconFailed"))
    : new ThemeIcon("pass", new ThemeColor("testing.iconPassed"));
}

function linesOf({ session, change }: Session): HistoryNode[] {
  if (!change) return [];
  return [
    ...change.fixes.map((fix, n): HistoryNode => ({ kind: "line", id: `${session}/${n}`, icon: "wand", title: fix.title, detail: "" })),
    ...change.left.map((fix, n): HistoryNode => ({ kind: "line", id: `${session}/left/${n}`, icon: "circle-slash", title: fix.title, detail: fix.reason })),
  ];
}

function lineItem({ id, icon, title, detail }: HistoryNode & { kind: "line" }): TreeItem {
  const item = new TreeItem(title);
  item.id = id;
  item.iconPath = new ThemeIcon(icon);
  item.description = detail;
  item.tooltip = detail ? `${title}\n${detail}` : title;
  return item;
}
