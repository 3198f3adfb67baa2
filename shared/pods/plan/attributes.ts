import { isReserved } from '../../model/mesh/own-attributes.ts';

/**
 * Cloud Map takes at most 30 custom attributes an instance and 5,000 characters of keys and values together
 * (RegisterInstance, "Attributes"). `AWS_…` attributes are not custom but count as characters; one of them comes later,
 * where the service has a custom health check.
 */
const maxCustomAttributes = 30;
const maxCharacters = 5000;
const healthCharacters = 'AWS_INIT_HEALTH_STATUSUNHEALTHY'.length;
/** Of an attribute's name; a label's may have 317 characters. */
const maxName = 255;

type Attributes = Readonly<Record<string, string>>;

export interface FittedAttributes {
  readonly attributes: Attributes;
  /** Label keys that were left out, in the order in which they went. */
  readonly dropped: readonly string[];
  /** Why it does not fit even without any label; null when it fits. */
  readonly fault: string | null;
}

/** Whether Cloud Map takes so many attributes of this length, the initial health included. */
export function fitsCloudMap(attributes: Attributes): boolean {
  return isWithinLimits(sizeOf(attributes));
}

/** Whether all of a pod's labels can stay among the attributes that are joined from them and others. */
export function fitsWithLabels(labels: Attributes, all: Attributes): boolean {
  return areUsable(labels) && isWithinLimits(sizeOf(all));
}

/**
 * Joins labels and the attributes that must be there; the latter win. A label may not take a name that Cloud Map acts
 * on: a pod's author could point the instance elsewhere (`AWS_ALIAS_DNS_NAME`). Nor may it have a name that Cloud Map
 * refuses, and with it the instance. Where it is too much, labels go in a fixed order: from the last key to the first,
 * `app`, `version` and `app.kubernetes.io/*` only after all others. Linear: a pod may have tens of thousands of labels.
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

/** Of the labels in the order in which they go: those that have to. The unusable ones are the first of them. */
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

/** The same for each virtual node that selects a pod: sorted once. */
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
