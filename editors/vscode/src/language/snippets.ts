import { CompletionItem, CompletionItemKind, languages, Range, SnippetString, type Disposable, type Position, type TextDocument } from "vscode";
import json from "../../snippets/workflow-json.json";
import yaml from "../../snippets/workflow.json";
import { PATTERN } from "../names";
import type { Calibrant } from "../client/session";
import { isKey, jsonPlace, jsonText, yamlPlace, yamlText, type Snippet } from "./snippet-place";

const YAML: Readonly<Record<string, Snippet>> = yaml;
const JSON_: Readonly<Record<string, Snippet>> = json;

/** Offers snippets where a step or a key can begin. In the middle of a value they would only be in the way. */
export function registerSnippets(session: Calibrant): Disposable {
  return languages.registerCompletionItemProvider(
    { pattern: PATTERN },
    { provideCompletionItems: (document, position) => offered(document, position, session.state === "ready") },
  );
}

function offered(document: TextDocument, position: Position, hasServer: boolean): CompletionItem[] {
  const before = document.lineAt(position).text.slice(0, position.character);
  const isJson = document.fileName.endsWith(".json");
  const place = isJson ? jsonPlace(before) : yamlPlace(before, above(document, position.line));
  if (!place) return [];
  const isEmpty = isJson && /^\w*$/.test(document.getText().trim());
  const range = new Range(position.with({ character: place.start }), position);
  const snippets = Object.entries(isJson ? JSON_ : YAML).filter(([, snippet]) => !hasServer || !isKey(snippet));
  return snippets.flatMap(([name, snippet]) => {
    const text = isJson ? jsonText(snippet, isEmpty) : yamlText(snippet, place);
    return text === undefined ? [] : [snippet.prefix].flat().map((prefix) => itemOf(prefix, name, snippet, text, range));
  });
}

function* above(document: TextDocument, line: number): Generator<string> {
  for (let at = line - 1; at >= 0; at--) yield document.lineAt(at).text;
}

function itemOf(prefix: string, name: string, { description }: Snippet, text: string, range: Range): CompletionItem {
  const item = new CompletionItem({ label: prefix, description: name }, CompletionItemKind.Snippet);
  item.insertText = new SnippetString(text);
  item.documentation = description;
  item.range = range;
  return item;
}
