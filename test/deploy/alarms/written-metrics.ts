import { globSync, readFileSync } from 'node:fs';

/** A metric that a call in the functions' code writes, and whether that call gives the value of a dimension. */
export interface WrittenMetric {
  readonly metric: string;
  readonly hasDimension: boolean;
}

/** The metrics that the code of the functions writes, found where it calls `count(…)` or Powertools' `addMetric(…)`. */
export function writtenMetrics(): readonly WrittenMetric[] {
  return globSync('{functions,shared}/**/*.ts').flatMap((path) => writtenIn(readFileSync(path, 'utf8')));
}

function writtenIn(code: string): readonly WrittenMetric[] {
  return [...code.matchAll(/\b(count|addMetric)\(/g)].flatMap(([call, callee], index, all) => {
    const start = (all[index]?.index ?? 0) + call.length;
    const [name = '', ...others] = argumentsAt(code, start);
    const hasDimension = callee === 'count' && others.length > 1;
    return namesOf(name, code).map((metric) => ({ metric, hasDimension }));
  });
}

/** The arguments of a call, from behind its opening bracket. */
function argumentsAt(code: string, start: number): readonly string[] {
  const found = [''];
  let depth = 0;
  for (const character of code.slice(start)) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (depth < 0) break;
    if (character === ',' && depth === 0) found.push('');
    else found[found.length - 1] += character;
  }
  return found.filter((text) => text.trim() !== '');
}

/** `'Name'`, a choice of two, or a template of a text of the table `names` in the same file and a suffix. */
function namesOf(name: string, code: string): readonly string[] {
  const [, suffix] = /^`\$\{\w+\}(\w+)`$/.exec(name) ?? [];
  if (suffix === undefined) return [...name.matchAll(/'([A-Z]\w+)'/g)].map(([, text = '']) => text);
  const [, table = ''] = /const names = \{([^}]*)\}/.exec(code) ?? [];
  return [...table.matchAll(/, '(\w+)'\]/g)].map(([, text = '']) => `${text}${suffix}`);
}
