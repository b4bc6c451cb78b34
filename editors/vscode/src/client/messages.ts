import { window, type MessageItem } from "vscode";
import {
  MessageType,
  ShowMessageNotification,
  ShowMessageRequest,
  type LanguageClient,
  type MessageActionItem,
} from "vscode-languageclient/node";
import { plain } from "../plain";

/** Shows what the server says to the user, as the client would, but for links. */
export function showMessages(client: LanguageClient): void {
  client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
    void show(type, message, []);
  });
  client.onRequest(ShowMessageRequest.type, async ({ type, message, actions }) => (await show(type, message, actions ?? [])) ?? null);
}

function show<Item extends MessageItem & MessageActionItem>(type: MessageType, message: string, actions: readonly Item[]): Thenable<Item | undefined> {
  switch (type) {
    case MessageType.Error:
      return window.showErrorMessage(plain(message), ...actions);
    case MessageType.Warning:
      return window.showWarningMessage(plain(message), ...actions);
    case MessageType.Info:
    case MessageType.Log:
    case MessageType.Debug:
      return window.showInformationMessage(plain(message), ...actions);
  }
}
