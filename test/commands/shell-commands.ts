/** The commands of a script, as lists of words. Reads what documentation uses of a shell: quotes, pipes, &&, ; and comments. */
export function commandsIn(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    commands.push([]);
  };
  for (let at = 0; at < script.length; at += 1) {
    const character = script[at] ?? '';
    if (character === "'" || character === '"') {
      const end = script.indexOf(character, at + 1);
      word = (word ?? '') + script.slice(at + 1, end === -1 ? undefined : end);
      at = end === -1 ? script.length : end;
    } else if (character === '\\') {
      at += 1;
      if (script[at] !== '\n') word = (word ?? '') + (script[at] ?? '');
    } else if (character === '#' && word === undefined) {
      at = nextLine(script, at);
      endCommand();
    } else if (/[|;&\n()]/.test(character)) endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
  }
  endWord();
  return commands.map(withoutAssignments).filter((words) => words.length > 0);
}

function nextLine(script: string, at: number): number {
  const end = script.indexOf('\n', at);
  return end === -1 ? script.length : end;
}

/** `NAME=value command`, and redirections. */
function withoutAssignments(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const redirected = words.findIndex((word) => /^\d?>/.test(word));
  return first === -1 ? [] : words.slice(first, redirected === -1 ? undefined : redirected);
}
