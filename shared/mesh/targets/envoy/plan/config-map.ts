import type { ObjectName } from '../../../../model/records/mesh-claim.ts';
import type { ObjectResource } from '../../../plan/object-resource.ts';
import type { Report } from '../../../plan/report.ts';
import { configMapName } from '../translate/layout.ts';
import type { Kept } from '../translate/proxy.ts';
import type { Owner } from './sources.ts';

/** What is wanted of a proxy's ConfigMap. */
export interface ProxyContent {
  readonly data: Readonly<Record<string, string>>;
  /** What is not in `data`, since it stays as it is in the cluster. */
  readonly kept?: Kept | undefined;
}

export function configMapOf({ id }: { readonly id: ObjectName }): ObjectResource {
  return { group: '', kind: 'ConfigMap', namespace: id.namespace, name: configMapName(id) };
}

export function contentOf(data: ProxyContent['data'], kept: Kept): ProxyContent {
  const isEmpty = Object.values(kept).every((names) => names.length === 0);
  return isEmpty ? { data } : { data, kept };
}

/** Of the name of any object. */
const maxName = 253;

/** The pods name the ConfigMap, so it cannot be shortened. */
export function reportName(owner: Owner, report: Report): void {
  const { length } = configMapName(owner.id);
  if (length > maxName)
    report.refuse(
      'metadata.name',
      `the name of its ConfigMap would have ${length} characters, more than ${maxName}`,
      'a shorter name',
    );
}

/** Kubernetes takes 1 MiB of values. The rest is for what a change adds until it has ended. */
const maxBytes = 900_000;

/** Why a ConfigMap is too large, if it is. */
export function sizeFaultOf({ data }: ProxyContent): string | undefined {
  const sizes = Object.entries(data).map(([file, text]) => ({ file, bytes: Buffer.byteLength(text) }));
  const bytes = sizes.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes <= maxBytes) return undefined;
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  return `its Envoy's configuration has ${bytes} bytes (${largest?.file} ${largest?.bytes}); expected at most ${maxBytes}, as a ConfigMap holds 1 MiB. Name fewer virtual services in backends and backendGroups, or use fewer routes`;
}
