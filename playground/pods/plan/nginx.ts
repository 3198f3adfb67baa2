import type { Rule } from './rules.ts';

/** A directive of nginx: its words, and the directives of its block. */
interface Directive {
  readonly words: readonly string[];
  readonly block: readonly Directive[];
}

interface NginxServer {
  readonly port: number;
  readonly rules: readonly Rule[];
}

/**
 * The servers of an nginx configuration, as far as examples need it: `listen`, `location` with a path (`=` or prefix),
 * and in it `return` and `proxy_pass`. Everything else is left out.
 */
export function nginxServers(text: string): readonly NginxServer[] {
  return serversIn(parse(tokensOf(text))).map(({ block }) => ({
    port: portOf(argumentsOf(block, 'listen')[0]),
    rules: block
      .filter(({ words }) => words[0] === 'location')
      .flatMap((location) => ruleOf(location, argumentsOf(block, 'default_type')[0])),
  }));
}

function serversIn(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((each) => (each.words[0] === 'server' ? [each] : serversIn(each.block)));
}

/** `8080`, `*:8080`, `[::]:8080`. */
function portOf(listen = '80'): number {
  return Number(/\d+$/.exec(listen)?.[0] ?? 80);
}

function ruleOf({ words, block }: Directive, typeOfServer = 'text/plain'): readonly Rule[] {
  const isExact = words[1] === '=';
  const path = words[isExact ? 2 : 1] ?? '';
  if (!path.startsWith('/')) return [];
  const [proxy] = argumentsOf(block, 'proxy_pass');
  if (proxy !== undefined) return [{ path, isExact, proxy }];
  const [status, body = ''] = argumentsOf(block, 'return');
  if (status === undefined) return [];
  const [type = typeOfServer] = argumentsOf(block, 'default_type');
  return [{ path, isExact, status: Number(status), body, type }];
}

function argumentsOf(block: readonly Directive[], name: string): readonly string[] {
  return block.find(({ words }) => words[0] === name)?.words.slice(1) ?? [];
}

interface Token {
  readonly text: string;
  readonly isSign: boolean;
}

function tokensOf(text: string): readonly Token[] {
  const matches = text.matchAll(/#.*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[{};]|[^\s{};]+/g);
  return [...matches].flatMap(([whole, double, single]) => {
    if (whole.startsWith('#')) return [];
    const quoted = double ?? single;
    if (quoted !== undefined) return [{ text: unescaped(quoted), isSign: false }];
    return [{ text: whole, isSign: /^[{};]$/.test(whole) }];
  });
}

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return text.replaceAll(/\\([nrt"'\\])/g, (_, sign: string) => signs[sign] ?? sign);
}

function parse(tokens: readonly Token[]): readonly Directive[] {
  const root: Directive[] = [];
  const open: Directive[][] = [root];
  let words: string[] = [];
  for (const { text, isSign } of tokens) {
    if (!isSign) words.push(text);
    if (isSign && text === '}') open.pop();
    if (!isSign || text === '}') continue;
    const block: Directive[] = [];
    open.at(-1)?.push({ words, block });
    if (text === '{') open.push(block);
    words = [];
  }
  return root;
}
