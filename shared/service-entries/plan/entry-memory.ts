import { annotationPrefix } from '../../model/kubernetes.ts';
import { type LiveEntry, type Protocol, protocols, type ServicePort } from './entry.ts';

/** The ports of an entry as they were written, so that they stay while instances come and go: `http=80/HTTP`. */
export const portsAnnotation = `${annotationPrefix}ports`;

/** Fields of the spec that are there only because the configuration asks for them, so that they can be removed again. */
export const optionalFieldsAnnotation = `${annotationPrefix}optional-fields`;

export function optionalFields(entry: LiveEntry | undefined): readonly string[] {
  return (entry?.metadata.annotations?.[optionalFieldsAnnotation] ?? '').split(',');
}

export function portsText(ports: readonly ServicePort[]): string {
  return ports.map(({ name, number, protocol }) => `${name}=${number}/${protocol}`).join(',');
}

/** Empty if the entry has no such annotation, or one that this function did not make. */
export function rememberedPorts(entry: LiveEntry | undefined): readonly ServicePort[] {
  const text = entry?.metadata.annotations?.[portsAnnotation] ?? '';
  const ports = text.split(',').flatMap((part) => parsePort(part) ?? []);
  return areDistinct(ports) && portsText(ports) === text ? ports : [];
}

function parsePort(text: string): ServicePort | undefined {
  const [, name = '', digits, protocol] =
    /^([a-z0-9][a-z0-9-]{0,61})=([1-9]\d{0,4})\/([A-Z0-9]+)$/.exec(text) ?? [];
  const number = Number(digits);
  return number <= 65535 && !name.endsWith('-') && isProtocol(protocol)
    ? { name, number, protocol }
    : undefined;
}

function isProtocol(text: string | undefined): text is Protocol {
  return protocols.some((protocol) => protocol === text);
}

function areDistinct(ports: readonly ServicePort[]): boolean {
  const names = new Set(ports.map(({ name }) => name));
  const numbers = new Set(ports.map(({ number }) => number));
  return names.size === ports.length && numbers.size === ports.length;
}
