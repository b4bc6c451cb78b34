import { languages, type DocumentFilter, type TextDocument } from "vscode";
import { PATTERN } from "./names";

/** Workflows that the server can read: it works on files of its machine, whatever their language id. */
export const SELECTOR: readonly DocumentFilter[] = [{ scheme: "file", pattern: PATTERN }];

export function isWorkflow(document: TextDocument): boolean {
  return languages.match(SELECTOR, document) > 0;
}
