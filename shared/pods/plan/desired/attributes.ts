import { isReserved } from '../../../model/mesh/own-attributes.ts';

/**
 * Cloud Map accepts at most 30 custom attributes per instance and 5,000 characters of keys and values together
 * (RegisterInstance, "Attributes"). `AWS_…` attributes are not custom but count as characters; one of them is added
 * later if the service has a custom health check.
 */
const maxCustomAttributes = 30;
const maxCharacters = 5000;
const healthCharacters = 'AWS_INIT_HEALTH_STATUSUNHEALTHY'.length;
/** Maximum length of an attribute's name; a label's may have 317 characters. */
const maxName = 255;

type Attributes = Readonly<Record<string, string>>;

export interface FittedAttributes {
  readonly attributes: Attributes;
  /** Keys of the labels that were left out, in order of removal. */
  readonly dropped: readonly string[];
  /** Why it does not fit even without any label; null if it fits. */
  readonly fault: string | null;
}

/** Whether Cloud Map accepts this number and length of attributes, including the initial health. */
export function fitsCloudMap(attributes: Attributes): boolean {
  return isWithinLimits(sizeOf(attributes));
}

/** Whether all of a pod's labels fit among the attributes that are joined from them and others. */
export function fitsWithLabels(labels: Attributes, all: Attributes): boolean {
  return areUsable(labels) && isWithinLimits(sizeOf(all));
}

/**
 * Joins labels and required attributes; the latter win. A label may not use a name that Cloud Map acts on, because a
 * pod's author could redirect the instance (`AWS_ALIAS_DNS_NAME`). Nor may it use a name for which Cloud Map refuses
 * the instance. If there are too many, labels are removed in a fixed order: from the last key to the first, with `app`,
 * `version` and `app.kubernetes.io/*` after all others. Linear: a pod may have tens of thousands of labels.
 */
export function fitAttributes(labels: Attributes, required: Attributes): FittedAttributes {
  const all = { ...labels, ...required };
  const size = sizeOf(all);
  if (areUsable(labels) && isWithinLimits(size)) return { attributes: all, dropped: [], fault: null };
  const optional = dropOrder(labels).filter((key) => !Object.hasOwn(required, key));
  const dropped = droppedOf(optional, labels, size);
  const gone = new Set(dropped);
  const kept = Object.entries(labels).filter(([key]) => !gone.has(key));
  const attributes = { ...Object.fromEntries(kept), ...required };
  const fitted = sizeOf(attributes);
  return { attributes, dropped, fault: isWithinLimits(fitted) ? null : tooMuch(fitted) };
}

/** The labels to remove, in order of removal. The unusable ones come first. */
function droppedOf(ordered: readonly string[], labels: Attributes, size: Size): readonly string[] {
  let { custom, characters } = size;
  const kept = ordered.findIndex((key) => {
    if (isUsable(key) && isWithinLimits({ custom, characters })) return true;
    custom -= isReserved(key) ? 0 : 1;
    characters -= key.length + (labels[key]?.length ?? 0);
    return false;
  });
  return kept === -1 ? ordered : ordered.slice(0, kept);
}

/** The order is the same for each virtual node that selects a pod: sorted once. */
const orders = new WeakMap<Attributes, readonly string[]>();

function dropOrder(labels: Attributes): readonly string[] {
  const known = orders.get(labels);
  if (known !== undefined) return known;
  const ranks = Map.groupBy(Object.keys(labels), rankOf);
  const order = [0, 1, 2].flatMap((rank) => ranks.get(rank)?.sort().reverse() ?? []);
  orders.set(labels, order);
  return order;
}

function rankOf(key: string): number {
  return !isUsable(key) ? 0 : isIdentifying(key) ? 2 : 1;
}

function isIdentifying(key: string): boolean {
  return key === 'app' || key === 'version' || key.startsWith('app.kubernetes.io/');
}

function isUsable(label: string): boolean {
  return label.length <= maxName && !isReserved(label);
}

function areUsable(labels: Attributes): boolean {
  for (const key in labels) if (!isUsable(key)) return false;
  return true;
}

interface Size {
  readonly custom: number;
  readonly characters: number;
}

function sizeOf(attributes: Attributes): Size {
  let custom = 0;
  let characters = healthCharacters;
  for (const key in attributes) {
    if (!isReserved(key)) custom += 1;
    characters += key.length + (attributes[key]?.length ?? 0);
  }
  return { custom, characters };
}

function isWithinLimits({ custom, characters }: Size): boolean {
  return custom <= maxCustomAttributes && characters <= maxCharacters;
}

function tooMuch({ custom, characters }: Size): string {
  return (
    `${custom} custom attributes of ${characters} characters are needed without any label; ` +
    `Cloud Map takes at most ${maxCustomAttributes} and ${maxCharacters}`
  );
}
