import { setTimeout as sleep } from 'node:timers/promises';
import type { AppMesh } from '../../../shared/mesh/targets/app-mesh/api.ts';
import type { HarnessDependencies } from './harness.ts';

/** A world in which one call of App Mesh takes a while, so that whatever does not wait for it overtakes it. */
export function slow(call: 'create' | 'update'): (deps: HarnessDependencies) => HarnessDependencies {
  return (deps) => ({
    ...deps,
    appMesh: (cluster) => {
      const api = deps.appMesh(cluster);
      return api && slowed(api, call);
    },
  });
}

function slowed(api: AppMesh, call: string): AppMesh {
  return new Proxy(api, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const bound = (...args: unknown[]) => Reflect.apply(member, target, args) as unknown;
      return name === call ? (...args: unknown[]) => sleep(10).then(() => bound(...args)) : bound;
    },
  });
}
