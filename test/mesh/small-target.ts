import type { MeshTarget, ReconcileDependencies } from '../../shared/mesh/mesh-target.ts';
import type { StatusPart, StatusPublisher } from '../../shared/mesh/publish-status.ts';
import { reconcileTarget, type TargetRequest } from '../../shared/mesh/reconcile-target.ts';
import type { MeshClaim } from '../../shared/model/records/mesh-claim.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import type { Manifest } from './harness/harness.ts';
import { aMesh, aNamespace, aNode } from './harness/manifests.ts';
import { directoryOf } from './plan/entries.ts';

export interface SmallTarget {
  readonly name?: string;
  /** The resources that a virtual node wants, by its name; by default one of its own name. */
  readonly wants?: Readonly<Record<string, readonly string[]>>;
  /** By resource. */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
  /** What a call throws, by its text as logged: one after the other. */
  readonly errors?: Readonly<Record<string, readonly Error[]>>;
  /** How long a call takes, milliseconds. */
  readonly tookMs?: Readonly<Record<string, number>>;
  /** Whether `verify` had time for all claims. */
  readonly verifies?: boolean;
  readonly rules?: Partial<MeshTarget['rules']>;
  readonly more?: Partial<MeshTarget>;
}

/** What is called, in order, and the time. */
export interface Calls {
  readonly log: string[];
  nowMs: number;
}

/** A mesh target with a resource of each virtual node. It logs its calls: `ensure blue`. */
export function smallTarget(
  calls: Calls,
  { name = 'small', wants = {}, dependsOn = {}, errors = {}, tookMs = {}, ...given }: SmallTarget = {},
): MeshTarget {
  const failures = new Map(Object.entries(errors).map(([text, those]) => [text, [...those]]));
  const begin = (text: string) => {
    calls.log.push(text);
    calls.nowMs += tookMs[text] ?? 0;
  };
  const end = (text: string) => {
    const error = failures.get(text)?.shift();
    if (error !== undefined) throw error;
  };
  return {
    rules: {
      ...{ name, title: 'Small', claimant: `local#${name}`, nameOf: (resource) => `${resource}` },
      requestsOf: ({ id }) =>
        (id.kind === 'VirtualNode' ? (wants[id.name] ?? [id.name]) : []).map((key) => ({
          ...{ key, resource: key },
          translate: () => ({ spec: { is: key }, dependsOn: dependsOn[key] ?? [] }),
        })),
      ...given.rules,
    },
    ensure: async (run, { key, desired, claim }) => {
      begin(`ensure ${key}`);
      const { resource, sourceObject, fingerprint } = desired;
      const next = { key, resource, sourceObject, dependsOn: desired.dependsOn };
      await run.put({ ...next, id: claim?.id, phase: 'claimed' });
      end(`ensure ${key}`);
      await run.put({ ...next, id: `id-${key}`, phase: 'applied', fingerprint });
    },
    release: async (run, claim) => {
      begin(`release ${claim.key}`);
      end(`release ${claim.key}`);
      await run.remove(claim);
      return null;
    },
    verify: async (run) => {
      begin('verify');
      end('verify');
      run.isVerified = given.verifies ?? true;
    },
    ...given.more,
  };
}

export const claimOn = (key: string, more: Partial<MeshClaim> = {}): MeshClaim => ({
  ...{ key, resource: key, sourceObject: { kind: 'VirtualNode', namespace: 'apps', name: key } },
  ...{ phase: 'applied', dependsOn: [], id: `id-${key}`, revision: 1, ...more },
});

interface Given extends SmallTarget {
  /** Names of virtual nodes, the oldest first. */
  readonly nodes?: readonly string[];
  readonly objects?: readonly Manifest[];
  readonly claims?: readonly MeshClaim[];
  readonly verify?: boolean;
  /** Statuses of these objects cannot be written the first time. */
  readonly unwritable?: Readonly<Record<string, Error>>;
}

/** Reconciles a small target; whatever is not among the nodes is known to be gone. */
export async function reconciled({
  nodes = [],
  objects = nodes.map((name) => aNode(name)),
  claims = [],
  verify = false,
  unwritable = {},
  ...given
}: Given) {
  const calls: Calls = { log: [], nowMs: 0 };
  const stores = memoryMeshStores();
  for (const claim of claims) stores.meshClaims.items.set(`local#small ${claim.key}`, claim);
  const statuses: Record<string, string> = {};
  const failures = new Map(Object.entries(unwritable));
  const publisher = {
    publish: async ({ name }: { name: string }, { mesh }: StatusPart) => {
      const error = failures.get(name);
      failures.delete(name);
      if (error !== undefined) throw error;
      calls.log.push(`status ${name}`);
      statuses[name] = `${mesh?.target} ${mesh?.status.condition.reason}: ${mesh?.status.condition.message}`;
    },
  } as unknown as StatusPublisher;
  const request: TargetRequest = {
    ...{ cluster: 'local', publisher, verify, target: smallTarget(calls, given) },
    mesh: {
      directory: directoryOf(aNamespace(), aMesh(), ...objects),
      isGone: ({ name }) => !objects.some(({ metadata }) => metadata.name === name),
    },
  };
  const deps = { ...stores, clock: { now: () => calls.nowMs } } as unknown as ReconcileDependencies;
  const ending = await reconcileTarget(deps, request).then(
    (result) => ({ result, failure: undefined }),
    (failure: unknown) => ({ result: undefined, failure }),
  );
  const stored = Object.fromEntries([...stores.meshClaims.items.values()].map((claim) => [claim.key, claim]));
  const made = calls.log.filter((text) => !text.startsWith('status'));
  return { ...ending, log: calls.log, calls: made, statuses, claims: stored };
}
