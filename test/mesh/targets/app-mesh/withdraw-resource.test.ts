import { describe, expect, it } from 'vitest';
import type { AppMeshRun } from '../../../../shared/mesh/targets/app-mesh/app-mesh-run.ts';
import type { AppMeshClaim } from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { withdrawResource } from '../../../../shared/mesh/targets/app-mesh/withdraw-resource.ts';
import { NotFoundError } from '../../../../shared/model/errors.ts';

const arn = 'arn:aws:appmesh:us-west-2:111122223333:mesh/main/virtualRouter/front/route/all';
const claim: AppMeshClaim = {
  key: 'route/main/front/all',
  resource: { kind: 'route', meshName: 'main', meshOwner: undefined, parentName: 'front', name: 'all' },
  sourceObject: { kind: 'VirtualRouter', namespace: 'shop', name: 'front' },
  ...{ phase: 'applied', dependsOn: [], revision: 1, version: 3, createdAtMs: 5, fingerprint: 'f' },
};
const httpSpec = { httpRoute: { match: { prefix: '/' } } };

/**
 * What is called and written when a route gets listeners of this protocol. `spec`: of the route that is there; `tag`: null
 * if it is not, empty if it has no tag.
 */
async function withdraw(
  known: Partial<AppMeshClaim>,
  { spec, tag = 'local', protocol = 'grpc' }: { spec?: object; tag?: string | null; protocol?: string },
) {
  const calls: string[] = [];
  const put = async (written: AppMeshClaim) => {
    calls.push(`put ${written.phase} ${written.id === undefined ? 'gone' : 'there'} ${written.version}`);
    return written;
  };
  const api = {
    describe: async () => {
      calls.push('describe');
      return spec && { arn, spec };
    },
    tags: async () => {
      if (tag === null) throw new NotFoundError('resource', 'no route');
      return tag === '' ? {} : { 'eks-mesh-sync/cluster': tag };
    },
    delete: async () => calls.push('delete'),
  };
  const app = { run: { put, cluster: 'local' }, api } as unknown as AppMeshRun;
  const listeners = [{ protocol, port: 8080 }];
  const step = { claim: { ...claim, ...known }, listeners } as unknown as Parameters<
    typeof withdrawResource
  >[1];
  await withdrawResource(app, step);
  return calls;
}

const deleted = ['put claimed there 3', 'delete', 'put claimed gone undefined'];
const gone = 'put claimed gone undefined';

describe('a route under listeners that change', () => {
  const http = { id: arn, listeners: [[{ protocol: 'http' as const }]] };

  it('a route under listeners that change is deleted where they do not serve it, with the claim written before and after', async () => {
    expect(await withdraw(http, {})).toEqual(deleted);
  });

  it('a route under listeners that change stays where they serve it', async () => {
    expect(await withdraw(http, { protocol: 'http' })).toEqual([]);
  });

  it.each([
    ['its ARN', { ...http, id: undefined }],
    ['what it needs', { id: arn }],
    ['which of two it is', { id: arn, listeners: [...http.listeners, [{ protocol: 'tcp' as const }]] }],
  ])(
    'a route under listeners that change is read first where the claim does not say %s',
    async (_what, known) => {
      expect(await withdraw(known, { spec: httpSpec, protocol: 'http' })).toEqual(['describe']);
      expect(await withdraw(known, { spec: httpSpec })).toContain('delete');
      expect(await withdraw(known, {})).toEqual(['describe', gone]);
    },
  );

  it('a route under listeners that change is known to be gone where its tags are', async () => {
    expect(await withdraw(http, { tag: null })).toEqual([gone]);
  });

  it('a route under listeners that change is left alone where it is another cluster’s', async () => {
    await expect(withdraw(http, { tag: 'second' })).rejects.toThrow(
      'its tag eks-mesh-sync/cluster is second, expected local',
    );
  });

  it('a route under listeners that change is left alone where its tag was removed', async () => {
    await expect(withdraw(http, { tag: '' })).rejects.toThrow(
      'its tag eks-mesh-sync/cluster is missing, expected local',
    );
  });
});
