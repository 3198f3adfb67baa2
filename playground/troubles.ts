const most = 5;

/** The latest warnings and errors that the functions and the relay have logged: the likely reason of a failure. */
export class Troubles {
  #latest: string[] = [];

  /** A line of the log, `<who> <JSON or text>`. */
  add(line: string): void {
    const text = troubleIn(line);
    if (text !== undefined) this.#latest = [...this.#latest, text].slice(-most);
  }

  get latest(): readonly string[] {
    return this.#latest;
  }
}

interface Entry {
  readonly level?: string;
  readonly message?: string;
  readonly error?: string | { readonly message?: string };
}

function troubleIn(line: string): string | undefined {
  const space = line.indexOf(' ');
  const [who, rest] = [line.slice(0, space), line.slice(space + 1)];
  if (rest.startsWith('ERROR ')) return `${who}: ${rest.slice('ERROR '.length)}`;
  if (!/^\{.*"level":"(warn|error)"/i.test(rest)) return undefined;
  const { message, error } = JSON.parse(rest) as Entry;
  const cause = typeof error === 'object' ? error.message : error;
  return `${who}: ${message}${cause === undefined ? '' : `: ${cause}`}`;
}
