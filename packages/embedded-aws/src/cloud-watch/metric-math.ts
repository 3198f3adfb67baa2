/** The value of one period; undefined if there is none. */
export type PeriodValue = number | undefined;

const numberToken = /^\d/;
const tokens = /\d+(?:\.\d+)?|[A-Za-z]\w*|[-+*/(),[\]]/g;

const functions: Readonly<Record<string, (values: readonly PeriodValue[]) => PeriodValue>> = {
  FILL: ([value, filling]) => value ?? filling,
  MIN: (values) => ofDefined(values, Math.min),
  MAX: (values) => ofDefined(values, Math.max),
  SUM: (values) => ofDefined(values, (a, b) => a + b),
};

/**
 * Evaluates an expression of CloudWatch's metric math for one period: numbers, ids of metrics, `+ - * /`, FILL with a number, and
 * MIN, MAX and SUM of a list. An operation that lacks one of its values has none. Throws a SyntaxError for anything else.
 */
export function metricMath(expression: string, values: ReadonlyMap<string, PeriodValue>): PeriodValue {
  const reader = new Reader(expression, values);
  const value = reader.sum();
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  readonly #values: ReadonlyMap<string, PeriodValue>;
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string, values: ReadonlyMap<string, PeriodValue>) {
    this.#text = text;
    this.#values = values;
    this.#tokens = text.match(tokens) ?? [];
    if (this.#tokens.join('') !== text.replaceAll(/\s/g, '')) throw new SyntaxError(`cannot read ${text}`);
  }

  sum(): PeriodValue {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value = both(value, this.#product(), (a, b) => a + b);
      else if (this.#take('-')) value = both(value, this.#product(), (a, b) => a - b);
      else return value;
    }
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw this.#unexpected();
  }

  #product(): PeriodValue {
    let value = this.#factor();
    for (;;) {
      if (this.#take('*')) value = both(value, this.#factor(), (a, b) => a * b);
      else if (this.#take('/')) value = both(value, this.#factor(), (a, b) => (b === 0 ? undefined : a / b));
      else return value;
    }
  }

  #factor(): PeriodValue {
    if (this.#take('-')) return both(0, this.#factor(), (a, b) => a - b);
    if (this.#take('(')) return this.#closed(this.sum(), ')');
    const name = this.#tokens[this.#next] ?? '';
    const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (called === undefined && !numberToken.test(name) && !this.#values.has(name)) throw this.#unexpected();
    this.#next += 1;
    if (called !== undefined) return called(this.#parameters());
    return numberToken.test(name) ? Number(name) : this.#values.get(name);
  }

  /** Those of a list count as parameters of their own. */
  #parameters(): readonly PeriodValue[] {
    this.#expect('(');
    const isList = this.#take('[');
    const parameters = [this.sum()];
    while (this.#take(',')) parameters.push(this.sum());
    if (isList) this.#expect(']');
    this.#expect(')');
    return parameters;
  }

  #closed(value: PeriodValue, bracket: string): PeriodValue {
    this.#expect(bracket);
    return value;
  }

  #take(text: string): boolean {
    if (this.#tokens[this.#next] !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected();
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`${this.#tokens[this.#next] ?? 'the end'} is not expected in ${this.#text}`);
  }
}

function both(a: PeriodValue, b: PeriodValue, operation: (a: number, b: number) => PeriodValue): PeriodValue {
  return a === undefined || b === undefined ? undefined : operation(a, b);
}

function ofDefined(values: readonly PeriodValue[], operation: (a: number, b: number) => number): PeriodValue {
  const defined = values.filter((value) => value !== undefined);
  return defined.length === 0 ? undefined : defined.reduce((a, b) => operation(a, b));
}
