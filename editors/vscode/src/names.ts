/** Which files are workflows that can be run is told by their names, as a glob. */
export const PATTERN = "**/*.workflow.{yaml,yml,json}";

/** Which files of GitHub Actions are checked is told by their folder or their name, as globs. */
export const CHECKED: readonly string[] = ["**/.github/workflows/*.{yml,yaml}", "**/action.{yml,yaml}"];

const RUN = /\.workflow\.(ya?ml|json)$/;
const ONLY_CHECKED = /(^|\/)(\.github\/workflows\/[^/]*\.ya?ml|action\.ya?ml)$/;

/** Tells whether a file is one that the server reads, by its path with slashes. */
export function isWorkflowPath(path: string): boolean {
  return RUN.test(path) || ONLY_CHECKED.test(path);
}

/** Tells whether a file holds a workflow that can be run here, by its path with slashes. */
export function isRun(path: string): boolean {
  return RUN.test(path) && !ONLY_CHECKED.test(path);
}
