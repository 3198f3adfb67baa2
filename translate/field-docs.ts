import { fieldPaths } from '../shared/mesh/plan/fields/field-paths.ts';
import type { FieldSupport, FieldTable } from '../shared/mesh/plan/fields/field-table.ts';
import { envoyFields } from '../shared/mesh/targets/envoy/fields.ts';
import { gatewayApiFields, latticeFields } from '../shared/mesh/targets/gateway-api/fields.ts';
import { istioFields } from '../shared/mesh/targets/istio/fields.ts';

/** The columns of the table. App Mesh is what the objects were made for. */
const targets: Readonly<Record<string, FieldTable>> = {
  'App Mesh': Object.fromEntries(fieldPaths().map((path) => [path, { effect: 'exact' }])),
  Istio: istioFields,
  'Gateway API': gatewayApiFields,
  'VPC Lattice': latticeFields,
  Envoy: envoyFields,
};

/** A field, or an object of fields. */
interface Node {
  /** Of a field, by target. */
  readonly supports?: readonly FieldSupport[];
  readonly members: Map<string, Node>;
}

/**
 * The table of all fields and all targets, as Markdown. Fields of an object that are alike in every target are one row, and
 * `{a,b}` stands for fields whose parts are alike. Notes are numbered by their first use.
 */
export function fieldDocs(): string {
  const notes = new Map<string, number>();
  const kinds = new Map<string, Node>();
  for (const path of fieldPaths()) add(kinds, path);
  return [
    ...[...kinds].flatMap(([kind, node]) => [`### ${kind}`, '', ...tableOf(node, notes), '']),
    '### Notes',
    '',
    ...[...notes].map(([text, number]) => `${number}. ${text}`),
    '',
  ].join('\n');
}

function add(kinds: Map<string, Node>, path: string): void {
  const [kind = '', field = ''] = path.split(' ');
  const supports = Object.entries(targets).map(([target, table]) => {
    const support = table[path];
    if (support === undefined) throw new Error(`the table of ${target} has no ${path}`);
    return support;
  });
  let members = kinds;
  const names = [kind, ...field.split('.')];
  for (const [index, name] of names.entries()) {
    const isField = index === names.length - 1;
    const node = members.get(name) ?? { members: new Map(), ...(isField && { supports }) };
    members.set(name, node);
    members = node.members;
  }
}

function tableOf(node: Node, notes: Map<string, number>): readonly string[] {
  const names = Object.keys(targets);
  return [
    `| field | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---').join('|')}|`,
    ...rowsOf(node, '').map(
      ([path, supports]) => `| \`${path}\` | ${supports.map((each) => cellOf(each, notes)).join(' | ')} |`,
    ),
  ];
}

type Row = readonly [path: string, supports: readonly FieldSupport[]];

function rowsOf(node: Node, path: string): readonly Row[] {
  const alike = supportsOf(node);
  if (alike !== undefined) return [[path, alike]];
  const groups = Map.groupBy(node.members, ([, member]) => textOf(member));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const names = members.map(([name]) => name);
    const name = names.length === 1 ? names[0] : `{${names.join(',')}}`;
    return rowsOf(first[1], path === '' ? `${name}` : `${path}.${name}`);
  });
}

/** How the targets support all fields of a node, if that is the same for all. */
function supportsOf({ supports, members }: Node): readonly FieldSupport[] | undefined {
  if (supports !== undefined) return supports;
  const [first, ...others] = [...members.values()].map(supportsOf);
  const isAlike = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return isAlike ? first : undefined;
}

function textOf(node: Node): string {
  const members = [...node.members].map(([name, member]) => [name, textOf(member)]);
  return JSON.stringify([node.supports ?? null, members]);
}

function cellOf({ effect, note, instead }: FieldSupport, notes: Map<string, number>): string {
  if (note === undefined) return effect;
  const text = instead === undefined ? note : `${note}; instead: ${instead}`;
  const number = notes.get(text) ?? notes.size + 1;
  notes.set(text, number);
  return `${effect} (${number})`;
}
