import { dirname, isAbsolute, resolve } from "node:path";
import { Range, Uri, window } from "vscode";
import type { Range as Place, Session, Step } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { issueOf, type ResultNode } from "./nodes";

/** Goes to what a row is about, where it stands in the text of now. */
export async function goTo(session: Calibrant, uri: Uri, node: ResultNode): Promise<void> {
  const newest = session.state === "ready" ? await session.request("calibrant.result", { uri: uri.toString() }) : null;
  const place = placeOf(uri, node, newest);
  if (!place) {
    void window.showInformationMessage("The step is not in the workflow any longer.");
    return;
  }
  await window.showTextDocument(place.uri, { selection: rangeOf(place.range), preview: true });
}

function placeOf(uri: Uri, node: ResultNode, newest: Session | null): { uri: Uri; range: Place } | undefined {
  if (node.kind === "step") return stepPlace(uri, node.step, newest);
  if (node.kind !== "issue" && node.kind !== "related") return undefined;
  const issue = (newest && issueOf(newest, node.issue.id)) ?? node.issue;
  if (node.kind === "issue") return { uri, range: issue.range };
  const there = issue.related[node.index];
  return there && { uri: besides(uri, there.path), range: there.range };
}

function stepPlace(uri: Uri, step: Step, newest: Session | null): { uri: Uri; range: Place } | undefined {
  const { range } = newest?.steps.find(({ id }) => id === step.id) ?? step;
  return range ? { uri, range } : undefined;
}

/** Returns the file of a place, whose path may start at the workflow's folder. */
function besides(uri: Uri, path: string): Uri {
  return Uri.file(isAbsolute(path) ? path : resolve(dirname(uri.fsPath), path));
}

function rangeOf({ start, end }: Place): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
