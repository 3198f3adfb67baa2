import type { EntrySpec } from './entry.ts';
import type { EntryNote } from './entry-plan.ts';

/** Limits of the ServiceEntry API. A service may have 256 ports, but each endpoint names all of them and may name 128. */
const maxPorts = 128;
const maxEndpoints = 4096;
/** etcd refuses objects of more than 1.5 MiB by default; the rest is for metadata and managed fields. */
const maxBytes = 1_300_000;
/** With fewer endpoints an entry is never too large: Cloud Map limits the attributes of an instance to 5,000 characters. */
const minEndpointsToMeasure = 200;

export interface Limited {
  readonly spec: EntrySpec;
  readonly notes: readonly EntryNote[];
  /** Why the API server would refuse the entry, whatever is left out. */
  readonly refusal?: string | undefined;
}

/** What of an entry the API server accepts. */
export function limited(spec: EntrySpec): Limited {
  if (spec.ports.length > maxPorts)
    return { spec, notes: [], refusal: `it has ${spec.ports.length} ports; an entry can have ${maxPorts}` };
  const { length } = spec.endpoints;
  const cut = length > maxEndpoints ? { ...spec, endpoints: spec.endpoints.slice(0, maxEndpoints) } : spec;
  const cutNote = noteOf(
    `Only ${maxEndpoints} of ${length} endpoints are in the entry, the maximum of the API`,
  );
  const notes = cut === spec ? [] : [cutNote];
  if (isSmall(cut)) return { spec: cut, notes };
  const bare = { ...cut, endpoints: cut.endpoints.map(({ labels: _labels, ...endpoint }) => endpoint) };
  const labelNote = noteOf(
    `The labels of its ${cut.endpoints.length} endpoints are left out, because the entry would be too large`,
  );
  return {
    spec: bare,
    notes: [...notes, labelNote],
    ...(!isSmall(bare) && { refusal: 'the entry would be too large' }),
  };
}

function isSmall(spec: EntrySpec): boolean {
  return spec.endpoints.length < minEndpointsToMeasure || JSON.stringify(spec).length <= maxBytes;
}

function noteOf(message: string): EntryNote {
  return { kind: 'LimitExceeded', message };
}
