import type { ScalarTag, Tags } from 'yaml';

/**
 * kubectl reads YAML 1.1, with the scalars of its library (go-yaml 2): `yes` and `on` are true, `0o12` and `012` are 10,
 * `1_000` is 1000; `22:22` and `2001-01-01` stay texts, unlike in YAML 1.1.
 */
export const kubectlYaml = {
  version: '1.1',
  customTags: (tags: Tags): Tags => [...tags.filter((tag) => !isReplaced(tag)), ...own],
} as const;

const prefix = 'tag:yaml.org,2002:';
const replaced = new Set(['int', 'float', 'timestamp', 'binary'].map((name) => `${prefix}${name}`));

function isReplaced(tag: Tags[number]): boolean {
  return typeof tag === 'object' && replaced.has(tag.tag);
}

const integer: ScalarTag = {
  tag: `${prefix}int`,
  default: true,
  test: /^[-+]?(0[bB]_*[01][01_]*|0[oO]_*[0-7][0-7_]*|0[xX]_*[\da-fA-F][\da-fA-F_]*|\d[\d_]*)$/,
  resolve: integerOf,
};

function integerOf(text: string): number {
  const digits = text.replaceAll('_', '');
  const unsigned = digits.replace(/^[-+]/, '');
  const octal = /^0o?([0-7]+)$/i.exec(unsigned)?.[1];
  const number = octal === undefined ? Number(unsigned) : Number.parseInt(octal, 8);
  return digits.startsWith('-') && number !== 0 ? -number : number;
}

const float: ScalarTag = {
  tag: `${prefix}float`,
  default: true,
  test: /^[-+]?(\.\d[\d_]*|\d[\d_]*(\.[\d_]*)?)([eE][-+]?[\d_]+)?$/,
  resolve(text) {
    const number = Number(text.replaceAll('_', ''));
    return Number.isFinite(number) ? number : text;
  },
};

/** JSON, which is what kubectl sends, has no such number. */
const noNumber: ScalarTag = {
  tag: `${prefix}float`,
  default: true,
  test: /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/,
  resolve(text, onError) {
    onError(`${text} is not a number that Kubernetes takes`);
    return text;
  },
};

const binary: ScalarTag = {
  tag: `${prefix}binary`,
  resolve: (text) => Buffer.from(text, 'base64').toString(),
};

const own: Tags = [integer, float, noNumber, binary];
