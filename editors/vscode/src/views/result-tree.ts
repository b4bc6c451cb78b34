import { basename } from "node:path";
import { EventEmitter, Uri, window, type Disposable, type TreeDataProvider, type TreeView } from "vscode";
import type { Session, Status } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { childrenOf, countOf, groupsOf, type ResultNode } from "./nodes";
import { itemOf } from "./result-items";

export const RESULT_VIEW = "calibrant.resultView";

/** How long changes are gathered before the tree asks for what there is now, in milliseconds. */
const REST = 200;

/** How often the words are asked for anew while they are seen, in milliseconds: they say how long ago the run was. */
const AGING = 60_000;

/** The tree that shows what the last run of a workflow found, and what its steps did. It follows the active workflow. */
export class ResultTree implements TreeDataProvider<ResultNode>, Disposable {
  private readonly changes = new EventEmitter<undefined>();
  private readonly view: TreeView<ResultNode>;
  private readonly listeners: Disposable[];
  private readonly aging: NodeJS.Timeout;
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private told = "";
  private recorded = false;
  private uri: Uri | undefined;
  private result: Session | null = null;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(private readonly session: Calibrant) {
    this.view = window.createTreeView(RESULT_VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.listeners = [
      session.onDidChangeActive((uri) => { if (uri) this.follow(uri); }),
      session.onDidStart(() => { this.refreshSoon(); }),
      session.onSession((ended) => { if (ended.path === this.uri?.fsPath) this.refreshSoon(); }),
      session.onStatus((status) => { this.heed(status); }),
      this.view.onDidChangeVisibility(({ visible }) => { if (visible) this.refreshSoon(); }),
    ];
    this.aging = setInterval(() => { if (!this.recorded) this.refreshSoon(); }, AGING);
    if (session.activeUri) this.follow(session.activeUri);
  }

  /** The workflow whose result is shown. */
  get shown(): Uri | undefined {
    return this.uri;
  }

  getTreeItem = itemOf;

  getChildren(node?: ResultNode): ResultNode[] {
    if (node) return childrenOf(node);
    return this.result ? groupsOf(this.result) : [];
  }

  getParent(): undefined {
    return undefined; // only the top rows are revealed
  }

  /** Brings the tree to the front, with the last result of a workflow. */
  async show(uri: Uri | undefined): Promise<void> {
    if (uri) this.uri = uri;
    await this.refresh();
    const [first] = this.getChildren();
    if (first) await this.view.reveal(first, { focus: true, select: true });
  }

  /** Shows a run as it was recorded. */
  showRecorded(uri: Uri, result: Session): void {
    this.uri = uri;
    this.asked++;
    this.put(result, true);
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearInterval(this.aging);
    for (const each of [...this.listeners, this.view, this.changes]) each.dispose();
  }

  private follow(uri: Uri): void {
    if (this.uri?.toString() === uri.toString()) return;
    this.uri = uri;
    this.refreshSoon();
  }

  /** Asks anew where what is told of the workflow says that its result, or where that stands, may be another one. */
  private heed({ uri, state, counts, result }: Status): void {
    if (Uri.parse(uri).toString() !== this.uri?.toString()) return;
    const told = JSON.stringify([uri, state, counts, result]);
    if (told === this.told) return;
    this.told = told;
    if (state !== "running") this.refreshSoon();
  }

  private refreshSoon(): void {
    if (!this.view.visible) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.refresh().catch((error: unknown) => { this.session.log.warn(`The last result cannot be shown: ${String(error)}`); });
    }, REST);
  }

  private async refresh(): Promise<void> {
    const turn = ++this.asked;
    if (!this.uri || this.session.state !== "ready") return;
    const result = await this.session.request("calibrant.result", { uri: this.uri.toString() });
    if (turn === this.asked) this.put(result);
  }

  private put(result: Session | null, recorded = false): void {
    const same = rowsOf(result) === rowsOf(this.result); // then the rows are left as they are, and whatever is open or chosen
    this.result = result;
    this.recorded = recorded;
    this.view.description = this.uri ? basename(this.uri.fsPath) : "";
    this.view.message = result?.words ? `${result.words.title} · ${result.words.detail}` : "";
    const count = result ? countOf(result) : 0;
    this.view.badge = count > 0 ? { value: count, tooltip: result?.words?.title ?? "" } : undefined;
    if (!same) this.changes.fire(undefined);
  }
}

function rowsOf(result: Session | null): string {
  return JSON.stringify(result && [result.issues, result.steps]);
}
