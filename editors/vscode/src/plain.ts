/**
 * Returns a message in which the editor finds no link. Texts of a workflow, its name for one, stand in messages, and the
 * editor takes `[…](command:…)` in them for a button.
 */
export function plain(message: string): string {
  return message.replaceAll("](", "]\u200b(");
}

/** Returns a text in which the editor finds no icon: in a list and in the status bar it draws one for `$(…)`, as in a shell’s `$(date)`. */
export function noIcons(text: string): string {
  return text.replaceAll("$(", "$\u200b(");
}
