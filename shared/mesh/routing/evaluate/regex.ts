import { createContext, Script } from 'node:vm';

/**
 * JavaScript's engine can take for ever where RE2 takes linear time, and the expression is a tenant's. Of CPU time: on a busy
 * machine the clock runs out for harmless expressions, too.
 */
const maxMs = 50;

const test = new Script('new RegExp(source).test(text)');

/**
 * Whether a regular expression of Envoy's dialect (RE2) matches a whole text; undefined if RE2 refuses it, if it cannot be
 * said in JavaScript's dialect, or if JavaScript takes longer than 50 ms of CPU time.
 */
export function matchesWhole(regex: string, text: string): boolean | undefined {
  const translated = fromRe2(regex);
  if (translated === undefined) return undefined;
  const context = createContext({ source: `^(?:${translated})$`, text });
  const startedAtMs = cpuMs();
  for (;;) {
    try {
      return test.runInContext(context, { timeout: maxMs }) === true;
    } catch (error) {
      if (!isTimeout(error) || cpuMs() - startedAtMs >= maxMs) return undefined;
    }
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** What is written in another way; `undefined`: has no meaning in RE2, or none that is known here. */
function fromRe2(regex: string): string | undefined {
  const state: State = { rest: regex, out: '', flags: [''] };
  while (state.rest !== '') if (!step(state)) return undefined;
  return state.flags.length === 1 ? state.out + ')'.repeat(state.flags[0] === '' ? 0 : 1) : undefined;
}

interface State {
  rest: string;
  out: string;
  /** Of each open group, the flags that its rest has, as `(?i)` sets them. */
  flags: string[];
}

/** Takes the next token; false if there is no translation. */
function step(state: State): boolean {
  const { rest } = state;
  for (const [pattern, translate] of tokens) {
    const found = pattern.exec(rest);
    if (found === null) continue;
    state.rest = rest.slice(found[0].length);
    const text = translate(found, state);
    if (text === undefined) return false;
    state.out += text;
    return true;
  }
  return false;
}

type Token = readonly [RegExp, (found: RegExpExecArray, state: State) => string | undefined];

const tokens: readonly Token[] = [
  [/^\\Q(.*?)(?:\\E|$)/s, ([, literal = '']) => literal.replaceAll(/[^A-Za-z0-9]/g, escaped)],
  [/^\\A/, () => '^'],
  [/^\\z/, () => '$'],
  [/^\\(?:x\{\w+\}|x\w\w|.)/s, ([text]) => escapeOf(text)],
  [/^\((?:\?P?<\w+>|\?:)/, (_, state) => open(state, '(?:')],
  [
    /^\(\?([imsU]*)(?:-[imsU]*)?(:?)/,
    ([text, on = '', colon = ''], state) => flagged(text, on, colon, state),
  ],
  [/^\((?!\?)/, (_, state) => open(state, '(?:')],
  [/^\)/, (_, state) => closed(state)],
  [/^\|/, ({ 0: text }, { flags }) => (flags.at(-1) ? `)${text}(?${flags.at(-1)}:` : text)],
  [/^\[(\^?)(\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*)\]/s, ([, not = '', members = '']) => classOf(not, members)],
  [
    /^\{(\d+)(?:,(\d*))?\}/,
    ([text, from, to]) => (Math.max(Number(from), Number(to ?? 0)) > 1000 ? undefined : text),
  ],
  [/^[^\\()|[]/s, ([text]) => text],
];

function open(state: State, text: string): string {
  state.flags.push('');
  return text;
}

function closed({ flags }: State): string | undefined {
  const own = flags.pop();
  if (flags.length === 0) return undefined;
  return own ? '))' : ')';
}

/** `(?i:…)` is a group; `(?i)` is one to the end of the group that it is in. */
function flagged(text: string, on: string, colon: string, state: State): string | undefined {
  if (text.includes('-')) return undefined;
  // Greedy or not makes no difference where the whole has to match.
  const known = on.replaceAll('U', '');
  if (colon) return open(state, `(?${known}:`);
  if (!state.rest.startsWith(')') || state.flags.at(-1)) return undefined;
  state.rest = state.rest.slice(1);
  if (known === '') return '';
  state.flags[state.flags.length - 1] = known;
  return `(?${known}:`;
}

function escaped(character: string): string {
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
}

/** JavaScript's white space has more characters than RE2's. */
const escapes: Readonly<Record<string, string>> = {
  ...{ '\\s': '[\\t\\n\\f\\r ]', '\\S': '[^\\t\\n\\f\\r ]', '\\a': '\\x07' },
  ...Object.fromEntries([...'dDwWbBfnrtv'].map((letter) => [`\\${letter}`, `\\${letter}`])),
};

function escapeOf(text: string): string | undefined {
  const character = text.slice(1);
  const [, hex] = /^\\x\{?([0-9A-Fa-f]{1,4})\}?$/.exec(text) ?? [];
  if (hex) return `\\u${hex.padStart(4, '0')}`;
  return /[A-Za-z0-9]/.test(character) ? escapes[text] : escaped(character);
}

const posix: Readonly<Record<string, string>> = {
  ...{ alpha: 'A-Za-z', digit: '0-9', alnum: '0-9A-Za-z', lower: 'a-z', upper: 'A-Z', word: '\\w' },
  ...{ blank: '\\t ', space: '\\t\\n\\v\\f\\r ', punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f' },
};

const notInClass: ReadonlySet<string> = new Set(['\\S', '\\b', '\\B']);

/** The first `]` of a class is a member. */
function classOf(not: string, members: string): string | undefined {
  const parts = members.match(/\\(?:x\{\w+\}|x\w\w|.)|\[:\^?\w+:\]|./gs) ?? [];
  const all = parts.map((part) => {
    if (part === '\\s') return '\\t\\n\\f\\r ';
    if (part.startsWith('[:')) return posix[part.slice(2, -2)];
    if (part.startsWith('\\')) return notInClass.has(part) ? undefined : escapeOf(part);
    return part === ']' ? escaped(part) : part;
  });
  return all.includes(undefined) ? undefined : `[${not}${all.join('')}]`;
}
