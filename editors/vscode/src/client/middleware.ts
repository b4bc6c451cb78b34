import { CancellationError, CompletionItemKind, CompletionList, Uri, type CompletionItem } from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { Command, Commands } from "./protocol";
import type { LiveSession } from "./session";
import { settingsOf } from "./settings";

/** Where a list goes on by itself: a key, a parameter or a connector was chosen, and its value or the first parameter follows. */
const FOLLOWED: readonly (CompletionItemKind | undefined)[] = [CompletionItemKind.Property, CompletionItemKind.Module];
const ASK_AGAIN = { command: "editor.action.triggerSuggest", title: "", arguments: [{ auto: true }] };

/** Returns what stands between the editor and the server. */
export function middlewareOf(session: LiveSession): Middleware {
  return {
    executeCommand: async (command, args: unknown[], next) => {
      try {
        return await session.intercepted(command as Command, args[0] as Commands[Command][0], async (argument) =>
          (await next(command, [argument])) as unknown,
        );
      } catch (error) {
        if (error instanceof CancellationError) return undefined; // the user left a question unanswered
        throw error;
      }
    },
    provideCompletionItem: async (document, position, context, token, next) => {
      const found = await next(document, position, context, token);
      for (const item of found instanceof CompletionList ? found.items : found ?? []) askAgain(item);
      return found;
    },
    workspace: {
      configuration: (params, token, next) =>
        params.items.every((item) => item.section === "calibrant")
          ? params.items.map((item) => settingsOf(item.scopeUri ? Uri.parse(item.scopeUri) : undefined))
          : next(params, token),
      // The server asks for what the user has set: the values that would be sent here hold the editor's defaults.
      didChangeConfiguration: async () => {
        await session.notify("workspace/didChangeConfiguration", { settings: null });
      },
    },
  };
}

function askAgain(item: CompletionItem): void {
  if (FOLLOWED.includes(item.kind)) item.command ??= ASK_AGAIN;
}
