const maxErrors = 5;

/** The latest warnings and errors in the logs of the functions and the relay: the likely reason for a failure. */
export class RecentErrors {
  #latest: string[] = [];

  /** Adds a line of the log: `<source> <JSON or text>`. */
  add(line: string): void {
    const text = errorIn(line);
    if (text !== undefined) this.#latest = [...this.#latest, text].slice(-maxErrors);
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

function errorIn(line: string): string | undefined {
  const space = line.indexOf(' ');
  const [source, rest] = [line.slice(0, space), line.slice(space + 1)];
  if (rest.startsWith('ERROR ')) return `${source}: ${rest.slice('ERROR '.length)}`;
  if (!/^\{.*"level":"(warn|error)"/i.test(rest)) return undefined;
  const { message, error } = JSON.parse(rest) as Entry;
  const cause = typeof error === 'object' ? error.message : error;
  return `${source}: ${message}${cause === undefined ? '' : `: ${cause}`}`;
}
