import { MeshRun } from '../../../../shared/mesh/mesh-run.ts';
import type { AppMesh, Described } from '../../../../shared/mesh/targets/app-mesh/api.ts';
import type { AppMeshRun } from '../../../../shared/mesh/targets/app-mesh/app-mesh-run.ts';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { AppMeshClaim } from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import {
  type ResourceName,
  resourceKey,
} from '../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { ConflictError, NotFoundError } from '../../../../shared/model/errors.ts';
import type { MeshDependencies } from '../../../../shared/ports/mesh-ports.ts';

/** The tags of a resource of this cluster, and of another one. */
export const ours = { [clusterTag]: 'local' };
export const others = { [clusterTag]: 'second' };

/** A resource that is there, by its key: `own` is our account. */
export interface Existing extends Partial<Described> {
  readonly tags?: Readonly<Record<string, string>>;
}

interface Given {
  readonly claims?: readonly AppMeshClaim[];
  readonly existing?: Readonly<Record<string, Existing>>;
  /** What a call throws, by its text as logged: one after the other. */
  readonly errors?: Readonly<Record<string, readonly Error[]>>;
  /** How long a call takes, milliseconds. */
  readonly tookMs?: Readonly<Record<string, number>>;
  /** What happens before a call, by its text. */
  readonly before?: Readonly<Record<string, (resources: Map<string, Existing>) => void>>;
  readonly adopt?: AppMeshRun['adopt'];
}

/**
 * A run with claims and an App Mesh in memory. It logs calls and writes in order: `create mesh/shop`, `claim claimed`.
 * Answers are of version 7, created at 70 ms, unless it is said otherwise.
 */
export function fakeRun({ claims = [], existing = {}, errors = {}, tookMs = {}, ...given }: Given = {}) {
  const { before = {}, adopt = 'none' } = given;
  const log: string[] = [];
  const written: Omit<AppMeshClaim, 'revision'>[] = [];
  const options: unknown[] = [];
  const notes: string[] = [];
  const resources = new Map(Object.entries(existing));
  const failures = new Map(Object.entries(errors).map(([text, those]) => [text, [...those]]));
  let nowMs = 0;
  const call = async (text: string) => {
    log.push(text);
    nowMs += tookMs[text] ?? 0;
    before[text]?.(resources);
    const error = failures.get(text)?.shift();
    if (error !== undefined) throw error;
  };
  const described = (key: string): Described => ({
    ...{ arn: `arn:${key}`, version: 7, createdAtMs: 70, resourceOwner: 'own', meshOwner: 'own', spec: {} },
    ...resources.get(key),
  });
  const keyOfArn = (arn: string) => [...resources.keys()].find((key) => described(key).arn === arn);
  const api: AppMesh = {
    create: async (resource, spec, { clientToken, tags }) => {
      const key = resourceKey(resource);
      await call(`create ${key}`);
      options.push({ clientToken, tags });
      if (resources.has(key)) throw new ConflictError('taken');
      resources.set(key, { spec, tags });
      return described(key);
    },
    update: async (resource, spec, { clientToken }) => {
      const key = resourceKey(resource);
      await call(`update ${key}`);
      options.push({ clientToken });
      if (!resources.has(key)) throw new NotFoundError('resource', key);
      resources.set(key, { ...resources.get(key), spec, version: 8 });
      return described(key);
    },
    delete: async (resource) => {
      await call(`delete ${resourceKey(resource)}`);
      resources.delete(resourceKey(resource));
    },
    describe: async (resource) => {
      const key = resourceKey(resource);
      await call(`describe ${key}`);
      return resources.has(key) ? described(key) : undefined;
    },
    list: async function* (kind, { meshName, parentName }) {
      const scope = kind === 'mesh' ? [] : [meshName, ...(parentName === undefined ? [] : [parentName])];
      const prefix = `${[kind, ...scope].join('/')}/`;
      await call(`list ${prefix}`);
      for (const key of resources.keys())
        if (key.startsWith(prefix)) yield { name: key.slice(prefix.length), ...described(key) };
    },
    tags: async (arn) => {
      await call(`tags ${arn}`);
      const key = keyOfArn(arn);
      if (key === undefined) throw new NotFoundError('resource', arn);
      return resources.get(key)?.tags ?? {};
    },
    tag: async (arn, tags) => {
      await call(`tag ${arn} ${Object.entries(tags).join()}`);
    },
  };
  const meshClaims = {
    put: async (_: string, claim: Omit<AppMeshClaim, 'revision'>, known: AppMeshClaim | undefined) => {
      log.push(`claim ${claim.phase}`);
      written.push(claim);
      return { ...claim, revision: (known?.revision ?? 0) + 1 };
    },
    remove: async (_: string, { key }: AppMeshClaim) => void log.push(`remove ${key}`),
  };
  const deps = {
    meshClaims,
    clock: { now: () => nowMs, sleep: async (pauseMs: number) => void log.push(`sleep ${pauseMs}`) },
    newToken: () => 'token',
    note: (message: string) => void notes.push(message),
  } as unknown as MeshDependencies;
  const run = new MeshRun<AppMeshClaim>(deps, 'local', 'local#app-mesh', claims);
  const app: AppMeshRun = { run, api, adopt };
  const claimOn = (resource: ResourceName) => run.claims.get(resourceKey(resource));
  return { app, run, log, written, options, notes, claimOn };
}
