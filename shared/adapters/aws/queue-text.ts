/** JSON as SQS takes it: characters that XML 1.0 does not have are escaped. (JSON itself escapes the others of them.) */
export function queueText(json: string): string {
  return json.replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
