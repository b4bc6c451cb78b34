/**
 * Returns a message in which the editor finds no link. Texts of a workflow, its name for one, stand in messages, and the
 * editor takes `[…](command:…)` in them for a button.
 */
export function plain(message: string): string {
  return message.replaceAll("](", "]\u200b(");
}
