import { basename } from "node:path";
import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import type { Issue, Step } from "../client/protocol";
import type { ResultNode } from "./nodes";

const SEVERITY: Record<Issue["severity"], ThemeIcon> = {
  error: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  warning: new ThemeIcon("warning", new ThemeColor("list.warningForeground")),
  hint: new ThemeIcon("lightbulb"),
};

const STATUS: Record<Step["status"], ThemeIcon> = {
  completed: new ThemeIcon("pass", new ThemeColor("testing.iconPassed")),
  failed: new ThemeIcon("error", new ThemeColor("testing.iconFailed")),
  skipped: new ThemeIcon("debug-step-over", new ThemeColor("testing.iconSkipped")),
  rehearsed: new ThemeIcon("beaker", new ThemeColor("testing.iconPassed")),
  not_run: new ThemeIcon("circle-slash", new ThemeColor("testing.iconSkipped")),
};

const { None, Collapsed, Expanded } = TreeItemCollapsibleState;

/** Returns how a row of the result looks. */
export function itemOf(node: ResultNode): TreeItem {
  const item = looksOf(node);
  item.id = node.id;
  if (node.kind !== "issues" && node.kind !== "steps") {
    item.command = { title: "Go to Place", command: "calibrant.ui.goTo", arguments: [node] };
  }
  return item;
}

function looksOf(node: ResultNode): TreeItem {
  switch (node.kind) {
    case "issues":
      return group(node.title, node.issues.length, Expanded, `calibrant.${node.id}`);
    case "steps":
      return group("Steps", node.steps.length, node.clean ? Expanded : Collapsed, "calibrant.steps");
    case "issue":
      return issueItem(node.issue);
    case "related":
      return relatedItem(node.issue, node.index);
    case "step":
      return stepItem(node.step);
  }
}

function group(title: string, count: number, state: TreeItemCollapsibleState, context: string): TreeItem {
  const item = new TreeItem(title, state);
  item.description = String(count);
  item.contextValue = context;
  return item;
}

function issueItem(issue: Issue): TreeItem {
  const item = new TreeItem(issue.message, issue.related.length > 0 ? Collapsed : None);
  const place = [issue.step, `line ${issue.range.start.line + 1}`, issue.edited ? "edited since" : null];
  item.description = [...place.filter(Boolean), issue.code].join(" · ");
  item.iconPath = SEVERITY[issue.severity];
  item.contextValue = issue.fixes.length > 0 ? "calibrant.issue.fixable" : "calibrant.issue";
  item.tooltip = tooltipOf(issue);
  item.accessibilityInformation = { label: `${issue.severity}: ${issue.message} ${item.description}` };
  return item;
}

function tooltipOf({ message, hint, details, provisional, fixes }: Issue): MarkdownString {
  const text = new MarkdownString().appendText(message);
  if (hint) text.appendMarkdown("\n\n").appendText(hint);
  if (provisional) text.appendMarkdown("\n\n*").appendText("Found with a stand-in for what an earlier step would have given.").appendMarkdown("*");
  for (const fix of fixes) text.appendMarkdown("\n- ").appendText(fix.words ?? fix.title);
  if (details) text.appendMarkdown("\n\n").appendCodeblock(details, "text");
  return text;
}

function relatedItem(issue: Issue, index: number): TreeItem {
  const place = issue.related[index];
  const item = new TreeItem(place?.message ?? "", None);
  item.iconPath = new ThemeIcon("location");
  if (place) item.description = `${basename(place.path)}, line ${place.range.start.line + 1}`;
  return item;
}

function stepItem(step: Step): TreeItem {
  const item = new TreeItem(step.id, None);
  const detail = step.detail ?? step.status;
  item.description = detail;
  item.iconPath = STATUS[step.status];
  item.tooltip = step.reason ? `${detail}\n${step.reason}` : detail;
  item.contextValue = "calibrant.step";
  return item;
}
