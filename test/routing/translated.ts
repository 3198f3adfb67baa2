import { desiredMesh } from '../../shared/mesh/plan/desired.ts';
import type { TargetRules } from '../../shared/mesh/plan/target-rules.ts';
import type { Manifest as MeshManifest } from '../mesh/harness/harness.ts';
import { directoryOf } from '../mesh/plan/entries.ts';
import type { Manifest } from './request.ts';

/** What a target of objects makes of the manifests, and what it refuses. */
export interface Translated {
  readonly objects: readonly Manifest[];
  /** By object: `VirtualRouter shop/cart`, why it is not carried over. */
  readonly refused: ReadonlyMap<string, string>;
}

/** `apiVersionOf`: of a kind of an API group. */
export function translated(
  manifests: readonly Manifest[],
  rules: TargetRules,
  apiVersionOf: (group: string, kind: string) => string,
): Translated {
  const directory = directoryOf(...(manifests as readonly MeshManifest[]));
  const { resources, objects } = desiredMesh(directory, rules, () => undefined);
  const made = [...resources.values()].map(({ resource, spec }) => {
    const { group, kind, namespace, name } = resource as unknown as Id;
    const { labels, annotations, ...rest } = spec as Content;
    const metadata = {
      name,
      ...(namespace !== '' && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    };
    return { apiVersion: apiVersionOf(group, kind), kind, metadata, ...rest };
  });
  const refused = objects.flatMap(({ entry, problems }) =>
    problems.length === 0
      ? []
      : [
          [
            `${entry.id.kind} ${entry.id.namespace}/${entry.id.name}`,
            problems.map(({ message }) => message).join('; '),
          ] as const,
        ],
  );
  return { objects: made, refused: new Map(refused) };
}

interface Id {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

interface Content {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}
