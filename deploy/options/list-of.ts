/** The members of a parameter that are separated by commas. Throws an error that names the parameter and the member. */
export function listOf(
  name: string,
  text: string,
  member: RegExp,
  { example, most }: { readonly example: string; readonly most: number },
): readonly string[] {
  const members = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const wrong = members.find((each) => !member.test(each));
  if (wrong !== undefined)
    throw new Error(
      `${name} has ${JSON.stringify(wrong)}; expected names such as ${example}, separated by commas`,
    );
  if (members.length > most)
    throw new Error(`${name} has ${members.length} members; expected ${most} at most`);
  return members;
}
