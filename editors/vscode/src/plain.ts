/**
 * Returns a text in which the editor finds no link and no icon. Texts of a workflow, its name for one, stand in messages,
 * questions and lists, where the editor takes `[…](command:…)` for a button and `$(…)`, as in a shell’s `$(date)`, for an icon.
 */
export function plain(text: string): string {
  return text.replaceAll("](", "]\u200b(").replaceAll("$(", "$\u200b(");
}
