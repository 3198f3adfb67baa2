/** JSON as SQS accepts it: characters that XML 1.0 lacks are escaped. (JSON itself escapes the rest of them.) */
export function queueText(json: string): string {
  return json.replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
