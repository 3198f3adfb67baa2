/** The lines under the heading that begins so, without their indentation; undefined if there is no such heading. */
export function section(lines: readonly string[], heading: string): readonly string[] | undefined {
  const at = lines.findIndex((line) => line.startsWith(heading));
  if (at === -1) return undefined;
  const end = lines.indexOf('', at);
  return lines.slice(at + 1, end === -1 ? undefined : end).map((line) => line.replace(/^ {2}/, ''));
}
