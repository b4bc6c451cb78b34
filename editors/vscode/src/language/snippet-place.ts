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
  /** The line that the place belongs to: a key such as `steps:`, or the beginning of a step; empty for the workflow itself. */
  readonly owner: string;
}

/**
 * Returns where a snippet would go that is called by the end of a YAML line, if one could.
 * `above` are the lines before it, the nearest first, as far as they are wanted.
 */
export function yamlPlace(before: string, above: Iterable<string>): SnippetPlace | undefined {
  const found = /^( *)(- +)?([\w.-]*)$/.exec(before);
  if (!found) return undefined;
  const place = placeOf(found[1], found[2], found[3], before);
  return { ...place, owner: ownerOf(place.indent, above) };
}

function ownerOf(indent: number, above: Iterable<string>): string {
  for (const line of above) {
    const text = line.trimStart();
    const at = line.length - text.length;
    if (text === "" || text.startsWith("#") || at > indent || (at === indent && text.startsWith("- "))) continue;
    if (at < indent || text.startsWith("steps:")) return text;
  }
  return "";
}

/** Returns the same for a line of JSON, where an element or a key can begin. */
export function jsonPlace(before: string): SnippetPlace | undefined {
  const found = /(?:^|[[{,])(\s*)([\w.-]*)$/.exec(before);
  return found ? placeOf(found[1], undefined, found[2], before) : undefined;
}

function placeOf(space: string | undefined, dash: string | undefined, word: string | undefined, before: string): SnippetPlace {
  return { start: before.length - (word?.length ?? 0), indent: space?.length ?? 0, dash: dash !== undefined, owner: "" };
}

/** Returns a snippet's text as it is put into a YAML line, or undefined where it would not be right there. */
export function yamlText({ body }: Snippet, place: SnippetPlace): string | undefined {
  const text = body.join("\n");
  if (text.startsWith("- ") && place.owner.startsWith("steps:")) return place.dash ? text.slice(2) : text;
  return !place.dash && isRight(text, place) ? text : undefined;
}

function isRight(text: string, { indent, owner }: SnippetPlace): boolean {
  if (text.startsWith("#")) return true;
  if (text.startsWith("$")) return owner.startsWith("inputs:");
  if (/^(?:name|inputs|secrets|steps):/.test(text)) return indent === 0;
  return !text.startsWith("- ") && owner.startsWith("- ");
}

/** Tells whether a snippet is a key and its value alone: those are the server's to offer, where it is there. */
export function isKey({ body }: Snippet): boolean {
  const text = body.join("\n");
  return /^(?:\w|"\w)/.test(text) && !/^steps:/m.test(text);
}

/** Returns a snippet's text as it is put into JSON: a whole workflow only where there is nothing yet. */
export function jsonText({ body }: Snippet, isEmpty: boolean): string | undefined {
  const text = body.join("\n");
  const whole = text.startsWith("{") && text.includes('"steps"');
  return whole === isEmpty ? text : undefined;
}
