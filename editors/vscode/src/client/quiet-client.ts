import { LanguageClient } from "vscode-languageclient/node";

/** A client that leaves it to the extension what the user is told of a server’s troubles; the log has all. */
export class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
