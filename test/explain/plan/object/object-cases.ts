import { objectCause } from '../../../../shared/explain/plan/object-cause.ts';
import type {
  ExplainedResource,
  ExplainedTarget,
  ObjectExplanation,
} from '../../../../shared/explain/plan/object-explained.ts';
import type { Place } from '../../../../shared/model/commands/place.ts';

export const place: Place = { kind: 'deployment', stage: 'production', region: 'us-west-2' };
export const node = { kind: 'VirtualNode', namespace: 'shop', name: 'cart' } as const;
export const mesh = { kind: 'Mesh', namespace: '', name: 'shop' } as const;

export type Explained = Omit<ObjectExplanation, 'cause'>;
type Written = NonNullable<Explained['writtenStatus']>;
export interface Target {
  readonly name?: string;
  readonly resources?: readonly Partial<ExplainedResource>[];
  readonly problems?: readonly string[];
  /** The condition that a run would compute: its reason; undefined: it is true. */
  readonly current?: string | undefined;
}

const titles: Readonly<Record<string, string>> = { 'app-mesh': 'App Mesh', istio: 'Istio' };
const isFalse = (reason: string) => ({ status: 'False', reason, message: `is ${reason}` });

function targetOf({ name = 'app-mesh', resources = [], problems = [], ...rest }: Target) {
  const explained = {
    ...{ name, target: titles[name], differences: [] },
    problems: problems.map((message) => ({ message })),
    resources: resources.map((each) => ({
      ...{ key: 'virtualNode/shop/cart', isWanted: true, isSettled: true, dependsOn: [], neededBy: [] },
      ...each,
    })),
  } as unknown as ExplainedTarget;
  const current = rest.current === undefined ? undefined : isFalse(rest.current);
  return { explained, current } as Parameters<typeof objectCause>[1][number];
}

export const causeOf = (facts: Partial<Explained> = {}, ...targets: readonly Target[]) => {
  const explained = {
    ...{ subject: 'object', cluster: 'local', object: node, nowMs: 0, seen: 'yes', generation: 2 },
    ...{ hasMeshTarget: true, deadLetters: [], readFailures: [], missingPermissions: [] },
    ...{ targets: [], target: '', problems: [], differences: [], resources: [] },
    ...facts,
  } as Explained;
  return objectCause(explained, (targets.length > 0 ? targets : [{}]).map(targetOf), place);
};

export const status = (part: object) => ({ revision: 3, written: 3, ...part }) as unknown as Written;
export const answered = (reason: string, observedGeneration = 2) => ({
  observedGeneration,
  condition: isFalse(reason),
});
export const command = (name: string, input: object) =>
  `printf %s '${JSON.stringify(input)}' | aws --region us-west-2 lambda invoke --function-name eks-mesh-sync-production-${name} --cli-read-timeout 900 --payload fileb:///dev/stdin /dev/stdout`;
export const resync = command('resync', { cluster: 'local' });
export const wait = `Wait a minute. If this does not change: ${resync}`;
export const cause = (kind: string, reason: string, advice: unknown) => ({ kind, reason, advice });
