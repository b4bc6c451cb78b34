/** Which files are workflows is told by their names, as a glob. */
export const PATTERN = "**/*.workflow.{yaml,yml,json}";

const NAME = /\.workflow\.(ya?ml|json)$/;

/** Tells whether a file of that name is a workflow. */
export function isWorkflowName(name: string): boolean {
  return NAME.test(name);
}
