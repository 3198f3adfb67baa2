/** A field of a resource, and where the faults found in it are collected. */
export class Place {
  readonly path: string;
  readonly #found: Found[];

  constructor(path: string, found: Found[]) {
    this.path = path;
    this.#found = found;
  }

  field(name: string): Place {
    return new Place(this.path === '' ? name : `${this.path}.${name}`, this.#found);
  }

  item(index: number): Place {
    return new Place(`${this.path}[${index}]`, this.#found);
  }

  fault(message: string): void {
    this.#found.push({ path: this.path, message });
  }

  /** A fault of a part, by its path in the part. */
  faultIn({ path, message }: Found): void {
    const isField = path !== '' && !path.startsWith('[');
    (isField ? this.field(path) : new Place(this.path + path, this.#found)).fault(message);
  }
}

export interface Found {
  readonly path: string;
  readonly message: string;
}

/** Reports what Envoy would refuse in a value. */
export type Rule = (value: unknown, place: Place) => void;

export type Fields = Readonly<Record<string, unknown>>;
type Rules = Readonly<Record<string, Rule>>;
/** What fields of one message require of each other. */
type Condition = (value: Fields, place: Place) => void;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a message; one without fields if it is none, which its rule reports. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function message(rules: Rules, ...conditions: readonly Condition[]): Rule {
  return (value, place) => {
    if (!isFields(value)) return place.fault('must be an object');
    for (const [name, each] of Object.entries(value)) {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (rule === undefined) place.field(name).fault('is a field that is not known');
      else if (each !== undefined) rule(each, place.field(name));
    }
    for (const condition of conditions) condition(value, place);
  };
}

/** An `Any`: its rules by the name of its type. */
export function typed(types: Rules): Rule {
  return (value, place) => {
    const { '@type': name, ...rest } = fieldsOf(value);
    const rule = Object.entries(types).find(([type]) => name === `type.googleapis.com/${type}`)?.[1];
    if (rule === undefined)
      place.field('@type').fault(`has the type ${String(name)}, which is not known here`);
    else rule(rest, place);
  };
}

/** A part that many proxies share is checked once. */
export function once(rule: Rule): Rule {
  const known = new WeakMap<object, readonly Found[]>();
  return (value, place) => {
    if (!isFields(value)) return rule(value, place);
    const found = known.get(value) ?? foundBy(rule, value);
    known.set(value, found);
    for (const each of found) place.faultIn(each);
  };
}

function foundBy(rule: Rule, value: unknown): readonly Found[] {
  const found: Found[] = [];
  rule(value, new Place('', found));
  return found;
}

const given = (value: Fields, name: string) => value[name] !== undefined;

export function needs(...names: readonly string[]): Condition {
  return (value, place) => {
    for (const name of names) if (!given(value, name)) place.field(name).fault('is required');
  };
}

export function oneOf(...names: readonly string[]): Condition {
  return (value, place) => {
    const count = names.filter((name) => given(value, name)).length;
    if (count !== 1) place.fault(`must have one of ${names.join(', ')}; it has ${count}`);
  };
}

export function notBoth(...names: readonly string[]): Condition {
  return (value, place) => {
    if (names.filter((name) => given(value, name)).length > 1)
      place.fault(`must have only one of ${names.join(', ')}`);
  };
}

export function list(rule: Rule, { min = 0, max = Number.POSITIVE_INFINITY } = {}): Rule {
  return (value, place) => {
    if (!Array.isArray(value)) return place.fault('must be a list');
    if (value.length < min) place.fault(`must have at least ${min} item`);
    if (value.length > max) place.fault(`must have at most ${max} items`);
    for (const [index, each] of value.entries()) rule(each, place.item(index));
  };
}

/** Values by names that are free. */
export function map(rule: Rule): Rule {
  return (value, place) => {
    if (!isFields(value)) return place.fault('must be an object');
    for (const [name, each] of Object.entries(value)) rule(each, place.field(name));
  };
}

const encoder = new TextEncoder();

export function text({ min = 0, maxBytes = Number.POSITIVE_INFINITY, pattern = /(?:)/ } = {}): Rule {
  return (value, place) => {
    if (typeof value !== 'string') return place.fault('must be a text');
    if (value.length < min) place.fault('must not be empty');
    // A character has three bytes at most.
    if (value.length * 3 > maxBytes && encoder.encode(value).length > maxBytes)
      place.fault(`must have at most ${maxBytes} bytes`);
    if (!pattern.test(value)) place.fault(`must match ${pattern.source}`);
  };
}

export const name = text({ min: 1 });
/** What may stand in a line of a header. */
export const line = /^[^\0\n\r]*$/;

export function whole(min = 0, max = 2 ** 32 - 1): Rule {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      place.fault(`must be a whole number from ${min} to ${max}`);
  };
}

export const flag: Rule = (value, place) => {
  if (typeof value !== 'boolean') place.fault('must be true or false');
};

export function choice(...names: readonly string[]): Rule {
  return (value, place) => {
    if (typeof value !== 'string' || !names.includes(value))
      place.fault(`must be one of ${names.join(', ')}`);
  };
}

/** Milliseconds that Envoy can count. */
const maxSeconds = 2 ** 31 - 1;

/** `above`: seconds, which the value must exceed; `min`: seconds. */
export function duration({ above = Number.NEGATIVE_INFINITY, min = 0 } = {}): Rule {
  return (value, place) => {
    if (typeof value !== 'string' || !/^-?\d+(\.\d{1,9})?s$/.test(value))
      return place.fault('must be a duration in seconds, as "1.5s"');
    const seconds = Number(value.slice(0, -1));
    if (seconds <= above || seconds < min || seconds > maxSeconds)
      place.fault(
        `must be ${above >= min ? `more than ${above} s` : `at least ${min} s`} and at most ${maxSeconds} s`,
      );
  };
}

export const anything: Rule = () => undefined;
