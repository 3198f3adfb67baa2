import type { ServiceEntriesConfig } from '../../../model/config/service-entries.ts';
import type { EntryEndpoint } from '../entry.ts';

type Attributes = Readonly<Record<string, string>>;
type Traits = Pick<EntryEndpoint, 'labels' | 'locality' | 'weight'>;
type TraitConfig = Pick<ServiceEntriesConfig, 'location' | 'weightAttribute' | 'protocolAttribute'>;

const qualifiedName = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const dnsLabel = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const labelKey = new RegExp(`^(${dnsLabel}(\\.${dnsLabel})*/)?${qualifiedName}$`);
const labelValue = new RegExp(`^(${qualifiedName})?$`);
const maxPrefix = 253;
/** An endpoint of the schema has 256 labels at most; Cloud Map allows 30 custom attributes. */
const maxLabels = 256;
/** 4,096 endpoints of this weight are below the limit of their sum, 2³²−1. */
const maxWeight = 1_000_000;

/** Attributes that become another field of the endpoint or entry, or that change without meaning for a client. */
const consumed: ReadonlySet<string> = new Set([
  'REGION',
  'AVAILABILITY_ZONE',
  'READY',
  'ENDPOINT_PORT_NAME',
  'ENDPOINT_PROTOCOL',
  'SERVICE_PORT_NAME',
  'SERVICE_PORT',
  'SERVICE_TARGET_PORT',
  'SERVICE_PROTOCOL',
  'SERVICE_EXPORT_CREATION_TIMESTAMP',
]);

/** Labels, locality and weight of an instance's endpoints. */
export function traitsOf(attributes: Attributes, region: string | undefined, config: TraitConfig): Traits {
  const labels = labelsOf(attributes, config);
  const locality = localityOf(attributes, region);
  const weight = weightOf(attributes, config);
  return {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(locality !== undefined && { locality }),
    ...(weight !== undefined && weight > 0 && { weight }),
  };
}

/** Whether the instance names a weight that is none. */
export function hasInvalidWeight(
  attributes: Attributes,
  config: Pick<ServiceEntriesConfig, 'weightAttribute'>,
): boolean {
  return attributes[config.weightAttribute] !== undefined && weightOf(attributes, config) === undefined;
}

/** The weight that the instance names; undefined if none, or no integer from 0 to 1,000,000. */
export function weightOf(
  attributes: Attributes,
  { weightAttribute }: Pick<ServiceEntriesConfig, 'weightAttribute'>,
): number | undefined {
  const text = attributes[weightAttribute] ?? '';
  const weight = /^\d{1,7}$/.test(text) ? Number(text) : undefined;
  return weight !== undefined && weight <= maxWeight ? weight : undefined;
}

function labelsOf(attributes: Attributes, config: TraitConfig): Readonly<Record<string, string>> {
  const pairs = Object.entries(attributes).filter(
    ([key, value]) => isLabel(key, value) && !isLeftOut(key, config),
  );
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxLabels));
}

function isLabel(key: string, value: string): boolean {
  return labelKey.test(key) && key.lastIndexOf('/') <= maxPrefix && labelValue.test(value);
}

/**
 * Labels of Istio change how it reaches an endpoint: its network, locality, tunnel. None is taken from an attribute, which
 * everybody may write who may register instances; but whether an endpoint that is part of the mesh has mutual TLS.
 */
function isLeftOut(key: string, { location, weightAttribute, protocolAttribute }: TraitConfig): boolean {
  if (key.startsWith('AWS_') || consumed.has(key)) return true;
  if (key === weightAttribute || key === protocolAttribute) return true;
  if (key === 'security.istio.io/tlsMode') return location === 'MESH_EXTERNAL';
  return key === 'istio-locality' || /^([^/]+\.)?istio\.io\//.test(key);
}

/** `region/zone` as far as known. The name of a zone starts with its Region; an id of a zone (`euw1-az1`) does not. */
function localityOf(attributes: Attributes, region: string | undefined): string | undefined {
  const zone = namePart(attributes.AVAILABILITY_ZONE);
  const [, ofZone] = /^([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]$/.exec(zone ?? '') ?? [];
  const known = namePart(attributes.REGION) ?? ofZone ?? (zone === undefined ? undefined : region);
  if (known === undefined) return undefined;
  return zone === undefined ? known : `${known}/${zone}`;
}

function namePart(text = ''): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text) ? text : undefined;
}
