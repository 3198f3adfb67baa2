/**
 * Writes the messages of Kubernetes' protobuf format, from the Go types of k8s.io/api and k8s.io/apimachinery:
 *
 *   node packages/embedded-kubernetes/test/recorded/protobuf-messages.ts FOLDER-OF-GO-MODULES VERSION > FILE
 *
 * such as `$(go env GOMODCACHE) v0.36.3`. A line is a message: `apps/v1 DeploymentSpec: 1 replicas *int, …`, each field
 * with its number, its name in JSON and its type. `*` is a Go pointer, or a field that JSON has even if it is zero: its
 * zero value is significant; `[]` a list; `<>` a map of strings; `^` a message whose fields JSON has in its parent.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , modules = '', version = ''] = process.argv;

const groups = [
  'admissionregistration/v1',
  'apps/v1',
  'authentication/v1',
  'authorization/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'certificates/v1',
  'coordination/v1',
  'core/v1',
  'discovery/v1',
  'events/v1',
  'flowcontrol/v1',
  'networking/v1',
  'node/v1',
  'policy/v1',
  'rbac/v1',
  'resource/v1',
  'scheduling/v1',
  'storage/v1',
];

const sources = new Map([
  ...groups.map((group): [string, string] => [
    group,
    join(modules, `k8s.io/api@${version}`, group, 'types.go'),
  ]),
  ['meta/v1', join(modules, `k8s.io/apimachinery@${version}`, 'pkg/apis/meta/v1/types.go')],
]);

/** Types of other packages, and types with a form of their own in JSON. */
const special: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int',
  int64: 'int',
  float64: 'double',
  '[]byte': 'bytes',
  'resource.Quantity': 'Quantity',
  'intstr.IntOrString': 'IntOrString',
  'runtime.RawExtension': 'Raw',
  'types.UID': 'string',
  'types.NodeName': 'string',
  'metav1.Time': 'Time',
  'metav1.MicroTime': 'MicroTime',
  'metav1.FieldsV1': 'Raw',
};

const text = new Map([...sources].map(([group, file]) => [group, readFileSync(file, 'utf8')]));
const lines: string[] = [];
for (const [group, source] of text)
  for (const [, name = '', body = ''] of source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const fields = body.split('\n').flatMap((line) => fieldOf(line, group));
    if (fields.length > 0 && !name.endsWith('List')) lines.push(`${group} ${name}: ${fields.join(', ')}`);
  }
process.stdout.write(`${lines.join('\n')}\n`);

function fieldOf(line: string, group: string): string[] {
  const match = /^\t(?:(\w+)\s+)?(\S+)\s+`json:"([^"]*)"[^`]*protobuf:"\w+,(\d+)/.exec(line);
  if (!match) return [];
  const [, , type = '', json = '', number = ''] = match;
  const [name = '', ...options] = json.split(',');
  const isInline = options.includes('inline');
  const resolved = typeOf(type, group);
  // A list or a map is there when it has items.
  const isSignificant =
    !/^(\*|\[\]|<>)/.test(resolved) && !isInline && !options.some((each) => /^omit/.test(each));
  return [`${number} ${isInline ? '-' : name} ${isInline ? '^' : isSignificant ? '*' : ''}${resolved}`];
}

/** The type in the table; a type of another package has its name before it. */
function typeOf(type: string, group: string): string {
  if (type.startsWith('*')) return `*${typeOf(type.slice(1), group)}`;
  const known = special[type] ?? (group === 'meta/v1' ? special[`metav1.${type}`] : undefined);
  if (known) return known;
  if (type.startsWith('[]')) return `[]${typeOf(type.slice(2), group)}`;
  const map = /^map\[[\w.]+\](.*)$/.exec(type)?.[1];
  if (map !== undefined) return `<>${typeOf(map, group)}`;
  const [, prefix, name = type] = /^(?:(\w+)\.)?(\w+)$/.exec(type) ?? [];
  const owner = prefix === undefined ? group : packageOf(prefix);
  const named = new RegExp(`^type ${name} (.*)$`, 'm').exec(text.get(owner) ?? '')?.[1];
  if (named === undefined) throw new Error(`type ${type} of ${group} not found`);
  if (!named.startsWith('struct')) return typeOf(named, owner);
  return owner === group ? name : `${owner}.${name}`;
}

function packageOf(prefix: string): string {
  if (prefix === 'metav1') return 'meta/v1';
  if (/^(core|api)?v1$/.test(prefix)) return 'core/v1';
  throw new Error(`package ${prefix} not found`);
}
