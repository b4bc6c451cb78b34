import { languages, type DocumentFilter, type TextDocument } from "vscode";

/** Which files are workflows is told by their names, never by the language id. */
export const PATTERN = "**/*.workflow.{yaml,yml,json}";

/** Workflows that the server can read: it works on files of this machine. */
export const SELECTOR: readonly DocumentFilter[] = [{ scheme: "file", pattern: PATTERN }];

export function isWorkflow(document: TextDocument): boolean {
  return languages.match(SELECTOR, document) > 0;
}

/** Tells whether a document has a workflow's name, wherever it lies. */
export function isNamedWorkflow(document: TextDocument): boolean {
  return languages.match({ pattern: PATTERN }, document) > 0;
}
