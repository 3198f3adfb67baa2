import { describe, expect, it } from 'vitest';
import type { AppMeshConfig } from '../../../../shared/mesh/targets/app-mesh/app-mesh-run.ts';
import { appMeshTarget } from '../../../../shared/mesh/targets/app-mesh/app-mesh-target.ts';
import type { Withdraw } from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import type { ClusterConfig } from '../../../../shared/model/cluster-config.ts';
import { fakeRun, ours } from './fake-run.ts';
import { aClaim, aDesired, byKey, named } from './plan/planned.ts';

const configOf = (appMesh?: Partial<AppMeshConfig>) =>
  ({ name: 'local', appMesh, cloudMap: { ipFamily: 'ipv4' } }) as ClusterConfig;
const route = named('route', 'all', { parentName: 'r' });
const key = 'route/shop/r/all';
const desired = aDesired(route);
const listeners = [{ protocol: 'grpc', port: 80 }];

/** A target with the route, which exists, and the run that calls it. */
function target(adopt: AppMeshConfig['adopt'], tags: Readonly<Record<string, string>> = ours) {
  const claim = aClaim(route, { listeners: [[{ protocol: 'http' }]] });
  const { app, log } = fakeRun({ claims: [claim], existing: { [key]: { tags } } });
  const made = appMeshTarget(configOf({ adopt }), app.api);
  if (made === undefined) throw new Error('no target');
  return { ...made, run: app.run, log, claim };
}

describe('App Mesh as the target of a run', () => {
  it('is none for a cluster without settings for it', () => {
    expect(appMeshTarget(configOf(), fakeRun().app.api)).toBeUndefined();
    expect(appMeshTarget(configOf({}), fakeRun().app.api)?.rules.name).toBe('app-mesh');
  });

  it('creates a resource, and adopts one as the settings say', async () => {
    const step = {
      do: 'ensure',
      key,
      after: [],
      needsToExist: [],
      desired,
      claim: undefined,
    } as const;
    const { run, ensure } = target('untagged', {});
    await ensure(run, step);
    expect(run.claims.get(key)).toMatchObject({ phase: 'applied', id: `arn:${key}` });
    const { run: other, ensure: refusing } = target('none', {});
    await expect(refusing(other, step)).rejects.toThrow('appMesh.adopt in clusters.yml is none');
  });

  it('deletes a resource, with its claim or only until its router has changed', async () => {
    const { release, claim, ...released } = target('none');
    expect(await release(released.run, claim)).toBeNull();
    expect(released.log).toContain(`delete ${key}`);
    expect(released.run.claims.size).toBe(0);
    const { prepare, ...prepared } = target('none');
    const step = { do: 'prepare', key: 'p', after: [], needsToExist: [], desired, claim } as const;
    await prepare?.(prepared.run, { ...step, listeners } as Withdraw);
    expect(prepared.log).toContain(`delete ${key}`);
    expect(prepared.run.claims.get(key)).toMatchObject({ phase: 'claimed', listeners: [] });
  });

  it('compares claims with what is there', async () => {
    const { verify, run, log } = target('none');
    await verify(run, byKey(desired));
    expect([log[0], run.isVerified]).toEqual(['list route/shop/r/', true]);
  });
});
