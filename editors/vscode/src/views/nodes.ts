import type { Issue, Session, Step } from "../client/protocol";

/** A row of the tree that shows a result. */
export type ResultNode =
  | { readonly kind: "issues"; readonly id: string; readonly title: string; readonly issues: readonly Issue[] }
  | { readonly kind: "issue"; readonly id: string; readonly issue: Issue }
  | { readonly kind: "related"; readonly id: string; readonly issue: Issue; readonly index: number }
  | { readonly kind: "steps"; readonly id: string; readonly steps: readonly Step[]; readonly clean: boolean }
  | { readonly kind: "step"; readonly id: string; readonly step: Step };

const GROUPS = [
  ["critical", "Critical"],
  ["warnings", "Warnings"],
  ["auto_repairs", "Auto-repairs"],
] as const;

/** Returns the top rows of a result: the groups of issues that there are, then the steps. */
export function groupsOf({ issues, steps }: Session): ResultNode[] {
  const groups = GROUPS.filter(([name]) => issues[name].length > 0).map(
    ([name, title]): ResultNode => ({ kind: "issues", id: name, title, issues: issues[name] }),
  );
  if (steps.length === 0) return groups;
  const clean = groups.length === 0;
  return [...groups, { kind: "steps", id: clean ? "steps-alone" : "steps", steps, clean }]; // each is remembered as open or not
}

/** Returns the rows below a row. */
export function childrenOf(node: ResultNode): ResultNode[] {
  switch (node.kind) {
    case "issues":
      return node.issues.map((issue) => ({ kind: "issue", id: `${node.id}/${issue.id}`, issue }));
    case "issue":
      return node.issue.related.map((_, index) => ({ kind: "related", id: `${node.id}/${index}`, issue: node.issue, index }));
    case "steps":
      return node.steps.map((step) => ({ kind: "step", id: `${node.id}/${step.id}`, step }));
    case "related":
    case "step":
      return [];
  }
}

/** Returns an issue of a result by its identity, which stays while its cause is the same. */
export function issueOf(result: Session, id: string): Issue | undefined {
  return GROUPS.flatMap(([name]) => result.issues[name]).find((issue) => issue.id === id);
}

/** Returns how many issues a result has. */
export function countOf(result: Session): number {
  return GROUPS.reduce((sum, [name]) => sum + result.issues[name].length, 0);
}
