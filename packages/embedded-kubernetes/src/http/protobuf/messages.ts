import { readFileSync } from 'node:fs';

/** A field of a message; the name is that in JSON. */
export interface ProtobufField {
  readonly name: string;
  /** A scalar, a type with its own form in JSON, or the key of a message. */
  readonly type: string;
  readonly shape: keyof typeof marks;
}

const marks = { plain: '', significant: '*', list: '[]', map: '<>', inline: '^' } as const;

export type Message = ReadonlyMap<number, ProtobufField>;

let messages: ReadonlyMap<string, string> | undefined;
const parsed = new Map<string, Message>();

/** The fields of a message, such as `apps/v1.DeploymentSpec`, by number; undefined for an unknown message. */
export function messageOf(key: string): Message | undefined {
  const known = parsed.get(key);
  if (known) return known;
  messages ??= readMessages();
  const line = messages.get(key);
  if (line === undefined) return undefined;
  const [group = ''] = key.split('.');
  const message = new Map(line.split(', ').map((field) => parseField(field, group)));
  parsed.set(key, message);
  return message;
}

/** From the table that test/recorded/protobuf-messages.ts writes. */
function readMessages(): Map<string, string> {
  const lines = readFileSync(new URL('messages.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const [, group = '', name = '', fields = ''] = /^(\S+) (\w+): (.*)$/.exec(line) ?? [];
      return [`${group}.${name}`, fields];
    }),
  );
}

const scalars = /^(string|bool|int|double|bytes|Quantity|IntOrString|Raw|Time|MicroTime)$/;

function parseField(field: string, group: string): [number, ProtobufField] {
  const [number, name = '', declared = ''] = field.split(' ');
  const [, mark = '', type = ''] = /^(\*|\[\]|<>|\^)?(.*)$/.exec(declared) ?? [];
  const shape =
    (Object.keys(marks) as (keyof typeof marks)[]).find((each) => marks[each] === mark) ?? 'plain';
  return [Number(number), { name, type: qualified(type, group), shape }];
}

/** A type of the same package has no package in the table. */
function qualified(type: string, group: string): string {
  const [, list = '', name = ''] = /^((?:\[\]|\*)*)(.*)$/.exec(type) ?? [];
  return `${list}${scalars.test(name) || name.includes('.') ? name : `${group}.${name}`}`;
}
