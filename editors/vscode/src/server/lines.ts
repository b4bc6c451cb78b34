/** Returns a listener to a stream of text that passes on whole lines which are not empty. */
export function byLine(tell: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") tell(line.trimEnd());
  };
}
