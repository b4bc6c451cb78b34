import { languages, type DocumentFilter, type TextDocument } from "vscode";
import { CHECKED, PATTERN } from "./names";

/** Workflows that the server can read: it works on files of its machine, whatever their language id. */
export const SELECTOR: readonly DocumentFilter[] = [PATTERN, ...CHECKED].map((pattern) => ({ scheme: "file", pattern }));

export function isWorkflow(document: TextDocument): boolean {
  return languages.match(SELECTOR, document) > 0;
}
