import { CancellationError, Uri } from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { Command, Commands } from "./protocol";
import type { LiveSession } from "./session";
import { settingsOf } from "./settings";

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
