import { annotationPrefix } from '../../../model/kubernetes.ts';
import { cloudMapNamespaceName, cloudMapServiceName } from '../../../model/mesh/cloud-map-names.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Problem } from '../../../model/problem.ts';
import { shortened } from '../../../model/text/shortened.ts';
import type { IpFamily } from '../eligibility.ts';
import { invalid, type Source } from './source.ts';

const annotation = {
  namespace: `${annotationPrefix}cloud-map-namespace`,
  service: `${annotationPrefix}cloud-map-service`,
  port: `${annotationPrefix}port`,
} as const;

interface Annotated {
  readonly sources: readonly Source[];
  readonly problems: readonly Problem[];
}
const nothingAnnotated: Annotated = { sources: [], problems: [] };

export function annotationSource(pod: Pod, ipFamily: IpFamily): Annotated {
  if (Object.keys(pod.annotations).length === 0) return nothingAnnotated;
  const reasons = unknownAnnotations(pod);
  const namespaceName = pod.annotations[annotation.namespace];
  const serviceName = pod.annotations[annotation.service];
  const port = pod.annotations[annotation.port];
  if (namespaceName === undefined && serviceName === undefined && port === undefined)
    return { sources: [], problems: problemsOf(reasons) };
  const faults = faultsOf(namespaceName, serviceName, port);
  const problems = problemsOf([...reasons, ...faults]);
  if (faults.length > 0 || namespaceName === undefined || serviceName === undefined)
    return { sources: [], problems };
  const source = {
    text: 'annotations',
    namespaceName,
    serviceName,
    attributes: {},
    port: port === undefined ? undefined : Number(port),
    ipFamily,
    lacksMesh: false,
  };
  return { sources: [source], problems };
}

function faultsOf(
  namespaceName: string | undefined,
  serviceName: string | undefined,
  port: string | undefined,
): readonly string[] {
  const isNamespace = (text: string) => cloudMapNamespaceName.safeParse(text).success;
  const isService = (text: string) => cloudMapServiceName.safeParse(text).success;
  return [
    fault(annotation.namespace, namespaceName, isNamespace, 'a Cloud Map namespace name'),
    fault(annotation.service, serviceName, isService, 'a Cloud Map service name'),
    port === undefined ? null : fault(annotation.port, port, isPort, 'an integer from 1 to 65535'),
  ].filter((reason) => reason !== null);
}

/** Maximum unknown annotations named: a pod may have thousands. */
const maxUnknownNamed = 20;

function unknownAnnotations(pod: Pod): readonly string[] {
  const known: readonly string[] = Object.values(annotation);
  const unknown = Object.keys(pod.annotations)
    .filter((key) => key.startsWith(annotationPrefix) && !known.includes(key))
    .sort();
  const more = unknown.length - maxUnknownNamed;
  return [
    ...unknown
      .slice(0, maxUnknownNamed)
      .map((key) => `annotation ${shortened(key)} is unknown; expected one of ${known.join(', ')}`),
    ...(more > 0 ? [`${more} more annotations ${annotationPrefix}… are unknown`] : []),
  ];
}

function problemsOf(reasons: readonly string[]): readonly Problem[] {
  return reasons.map((reason) => invalid('annotations', reason));
}

function fault(
  key: string,
  value: string | undefined,
  isValid: (text: string) => boolean,
  expected: string,
): string | null {
  if (value === undefined) return `annotation ${key} is missing; expected ${expected}`;
  return isValid(value) ? null : `annotation ${key} is "${shortened(value)}"; expected ${expected}`;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}
