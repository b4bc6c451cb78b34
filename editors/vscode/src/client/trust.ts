/** What the server is told of the editor's trust; see `docs/language-server.md`. */
export interface Trust {
  /** Every workspace counts as untrusted, whatever is recorded. */
  readonly restricted: boolean;
  /** URIs of folders whose workspaces are trusted while the server lives. */
  readonly folders: readonly string[];
}

/** Returns what follows from the editor: it vouches for its folders only where it asked the user about them. */
export function trustOf(editor: {
  readonly trusted: boolean;
  readonly asks: boolean;
  readonly follows: boolean;
  readonly folders: readonly string[];
}): Trust {
  const vouched = editor.trusted && editor.asks && editor.follows;
  return { restricted: !editor.trusted, folders: vouched ? editor.folders : [] };
}
