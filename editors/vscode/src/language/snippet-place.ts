/** A snippet as its file has it. */
export interface Snippet {
  readonly prefix: string | readonly string[];
  readonly body: readonly string[];
  readonly description: string;
}

/** Where in a line a snippet can be put: from which column on, and what of the snippet is there already. */
export interface SnippetPlace {
  readonly start: number;
  readonly indent: number;
  readonly dash: boolean;
}

/** Returns where a snippet would go that is called by the end of a YAML line, if one could. */
export function yamlPlace(before: string): SnippetPlace | undefined {
  const found = /^( *)(- +)?([\w.-]*)$/.exec(before);
  return found ? placeOf(found[1], found[2], found[3], before) : undefined;
}

/** Returns the same for a line of JSON, where an element or a key can begin. */
export function jsonPlace(before: string): SnippetPlace | undefined {
  const found = /(?:^|[[{,])(\s*)([\w.-]*)$/.exec(before);
  return found ? placeOf(found[1], undefined, found[2], before) : undefined;
}

function placeOf(space: string | undefined, dash: string | undefined, word: string | undefined, before: string): SnippetPlace {
  return { start: before.length - (word?.length ?? 0), indent: space?.length ?? 0, dash: dash !== undefined };
}

/** Returns a snippet's text as it is put into a YAML line, or undefined where it would not be right there. */
export function yamlText({ body }: Snippet, { indent, dash }: SnippetPlace): string | undefined {
  const text = body.join("\n");
  if (text.startsWith("- ")) return dash ? text.slice(2) : text;
  if (text.startsWith("#")) return dash ? undefined : text;
  const top = /^(?:name|inputs|secrets|steps):/.test(text);
  if (top) return indent === 0 && !dash ? text : undefined;
  return indent > 0 ? text : undefined;
}

/** Returns a snippet's text as it is put into JSON: a whole workflow only where there is nothing yet. */
export function jsonText({ body }: Snippet, isEmpty: boolean): string | undefined {
  const text = body.join("\n");
  const whole = text.startsWith("{") && text.includes('"steps"');
  return whole === isEmpty ? text : undefined;
}
