import { commands, Uri, type ExtensionContext } from "vscode";
import { registerSnippets } from "../language/snippets";
import { started, tell, telling, uriOf, type Acting } from "../ui/acting";
import { stands } from "./entries";
import { openExample, openPending } from "./example";
import { explain, fixIssue } from "./fixing";
import { HistoryTree, type HistoryNode } from "./history-tree";
import type { ResultNode } from "./nodes";
import { goTo } from "./places";
import { ResultTree, RESULT_VIEW } from "./result-tree";
import { rollBack, rollBackOne } from "./rolling-back";
import { PreviewTexts } from "./texts";
import { getStarted } from "./walkthrough";

/** Registers the trees of results and history, rolling back, and the example. */
export function registerViews(context: ExtensionContext, acting: Acting): void {
  const { session } = acting;
  const tree = new ResultTree(session);
  const history = new HistoryTree(session);
  const texts = new PreviewTexts();
  const add = (name: string, run: (given?: unknown) => Promise<unknown>): void => {
    context.subscriptions.push(commands.registerCommand(`calibrant.ui.${name}`, telling(session, run)));
  };
  const workflow = async (given: unknown): Promise<Uri> => {
    const uri = await uriOf(session, given);
    await started(acting);
    return Uri.parse(uri);
  };
  context.subscriptions.push(tree, history, texts, registerSnippets(session));
  add("showResult", async (given) => {
    const uri = await workflow(given);
    await commands.executeCommand(`${RESULT_VIEW}.focus`);
    await tree.show(uri);
  });
  add("history", async (given) => { await history.show(await workflow(given)); });
  add("rollBack", async (given) => {
    if (isEntry(given)) await rollBackOne(session, texts, given.uri, given.entry);
    else await rollBack(session, texts, await workflow(given));
  });
  add("showRun", async (given) => {
    if (!isEntry(given)) return;
    tree.showRecorded(given.uri, given.entry);
    await commands.executeCommand(`${RESULT_VIEW}.focus`);
  });
  add("goTo", async (given) => { if (isNode(given) && tree.shown) await goTo(session, tree.shown, given); });
  add("fixIssue", async (given) => {
    if (isNode(given) && given.kind === "issue" && tree.shown) await fixIssue(session, tree.shown, given.issue);
  });
  add("explain", async (given) => {
    if (isNode(given) && given.kind === "issue" && tree.shown) await explain(tree.shown, given.issue);
  });
  add("openExample", () => openExample(context));
  add("getStarted", () => getStarted(context.extension.id, session));
  context.subscriptions.push(
    // The line above a workflow that tells the last result asks for the history: here is the tree that shows it.
    session.intercept("calibrant.history", async ({ uri }) => {
      await commands.executeCommand(`${RESULT_VIEW}.focus`);
      await tree.show(Uri.parse(uri)).catch((error: unknown) => { tell(session, error); });
      return undefined;
    }),
    // The line that offers to roll a change back, and the action: what that does is shown first, as from the palette.
    session.intercept("calibrant.rollback", async ({ uri, session: id }) => {
      const entries = await session.request("calibrant.history", { uri });
      const entry = entries.find((one) => one.session === id) ?? entries.find(stands);
      if (entry) await rollBackOne(session, texts, Uri.parse(uri), entry).catch((error: unknown) => { tell(session, error); });
      return undefined;
    }),
  );
  void telling(session, () => openPending(context))();
}

function isEntry(given: unknown): given is HistoryNode & { kind: "entry" } {
  return typeof given === "object" && given !== null && "entry" in given;
}

function isNode(given: unknown): given is ResultNode {
  return typeof given === "object" && given !== null && "kind" in given && !("entry" in given);
}
