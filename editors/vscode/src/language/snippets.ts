import { CompletionItem, CompletionItemKind, languages, Range, SnippetString, type Disposable, type Position, type TextDocument } from "vscode";
import json from "../../snippets/workflow-json.json";
import yaml from "../../snippets/workflow.json";
import { PATTERN } from "../names";
import { jsonPlace, jsonText, yamlPlace, yamlText, type Snippet } from "./snippet-place";

const YAML: Readonly<Record<string, Snippet>> = yaml;
const JSON_: Readonly<Record<string, Snippet>> = json;

/** Offers snippets where a step or a key can begin. In the middle of a value they would only be in the way. */
export function registerSnippets(): Disposable {
  return languages.registerCompletionItemProvider({ pattern: PATTERN }, { provideCompletionItems: offered });
}

function offered(document: TextDocument, position: Position): CompletionItem[] {
  const before = document.lineAt(position).text.slice(0, position.character);
  const isJson = document.fileName.endsWith(".json");
  const place = isJson ? jsonPlace(before) : yamlPlace(before);
  if (!place) return [];
  const isEmpty = isJson && /^\w*$/.test(document.getText().trim());
  const range = new Range(position.with({ character: place.start }), position);
  return Object.entries(isJson ? JSON_ : YAML).flatMap(([name, snippet]) => {
    const text = isJson ? jsonText(snippet, isEmpty) : yamlText(snippet, place);
    return text === undefined ? [] : [snippet.prefix].flat().map((prefix) => itemOf(prefix, name, snippet, text, range));
  });
}

function itemOf(prefix: string, name: string, { description }: Snippet, text: string, range: Range): CompletionItem {
  const item = new CompletionItem({ label: prefix, description: name }, CompletionItemKind.Snippet);
  item.insertText = new SnippetString(text);
  item.documentation = description;
  item.range = range;
  return item;
}
