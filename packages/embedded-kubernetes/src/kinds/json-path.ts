import { isObject } from '../model/json.ts';

type Step =
  | { readonly field: string }
  | { readonly index: number | '*' }
  | { readonly where: readonly string[]; readonly equals: unknown };

const stepForm =
  /\.([A-Za-z_$][\w$-]*)|\[['"]([^'"]+)['"]\]|\[(\d+|\*)\]|\[\?\(@((?:\.[\w-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\w.]+))\)\]/y;

/**
 * The JSON paths of additionalPrinterColumns: fields, quoted fields with escaped dots, indexes, `[*]` and
 * `[?(@.a=="b")]`. Returns a function that finds all values. Throws an Error that names the invalid part.
 */
export function jsonPath(path: string): (object: unknown) => unknown[] {
  const steps = parse(path);
  return (object) =>
    steps.reduce<unknown[]>((values, step) => values.flatMap((value) => take(value, step)), [object]);
}

function parse(path: string): Step[] {
  // Kubernetes writes a field with dots as `.metadata.annotations.a\.b/c`.
  const quoted = path.replace(
    /\.((?:[^.[\]\\]|\\.)*\\\.(?:[^.[\]\\]|\\.)*)/g,
    (_, field: string) => `['${field.replaceAll('\\.', '.')}']`,
  );
  const steps: Step[] = [];
  stepForm.lastIndex = 0;
  while (stepForm.lastIndex < quoted.length) {
    const from = stepForm.lastIndex;
    const match = stepForm.exec(quoted);
    if (!match) throw new Error(`the JSON path ${path} cannot be read from "${quoted.slice(from)}"`);
    steps.push(stepOf(match));
  }
  return steps;
}

function stepOf([, field, quoted, index, where, double, single, bare]: RegExpExecArray): Step {
  if (where !== undefined) {
    const equals = double ?? single ?? JSON.parse(bare ?? 'null');
    return { where: where.slice(1).split('.'), equals };
  }
  if (index !== undefined) return { index: index === '*' ? '*' : Number(index) };
  return { field: field ?? quoted ?? '' };
}

function take(value: unknown, step: Step): unknown[] {
  if ('field' in step) return isObject(value) && value[step.field] !== undefined ? [value[step.field]] : [];
  if (!Array.isArray(value)) return [];
  if ('where' in step)
    return value.filter(
      (item) =>
        step.where.reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), item) ===
        step.equals,
    );
  if (step.index === '*') return value;
  return value[step.index] === undefined ? [] : [value[step.index]];
}
