import { describe, expect, it } from 'vitest';
import { explainService } from '../../shared/explain/explain-service.ts';
import { down, failing } from './harness/failing.ts';
import { aClaim, aConfig, nowMs, production } from './harness/pod-facts.ts';

const stored = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  hasCustomHealthCheck: true,
};
const nothing = async () => undefined;

/** What `explain` reads of a service that is stored, with the changes of the test; Cloud Map does not answer. */
function explained(deps: object) {
  const config = aConfig();
  const usual = {
    ...{ place: production, clusters: [config], cluster: () => config, clock: { now: () => nowMs } },
    ...{ services: { find: async () => stored, owners: nothing }, drains: { find: nothing } },
    claims: {
      async *ofService() {
        yield aClaim();
      },
    },
    ...{ cloudMap: () => failing, cloudMapReader: () => failing },
  };
  return explainService({ ...usual, ...deps } as never, 'shop.local/front', undefined);
}

const where = 'shop.local/front';
const failed = (all: readonly { readonly what: string }[]) => all.map(({ what }) => what);
const noClaims = {
  claims: {
    async *ofService() {},
  },
};

describe('explain of a service', () => {
  it('names each read of Cloud Map that fails, and shows what is stored', async () => {
    const { readFailures, instances, namespace, ...found } = await explained({});
    expect(failed(readFailures)).toEqual([
      ...[`Cloud Map's service ${where}`, `the operations in progress in ${where}`],
      ...[`the instances of ${where}`, `the failed operations of ${where}`],
    ]);
    expect({ instances, namespace }).toEqual({ instances: [], namespace: undefined });
    expect(found).toMatchObject({ serviceId: 'srv-1', storedId: 'srv-1', hasCustomHealthCheck: true });
  });

  it('names each read of the table that fails', async () => {
    const stores = { services: failing, claims: failing, drains: failing };
    const { readFailures, owners } = await explained(stores);
    expect(failed(readFailures)).toEqual([
      ...[`Cloud Map's service ${where}`, `the stored id of ${where}`, `the claims on ${where}`],
      'whether cluster local is drained',
    ]);
    expect(owners).toEqual([]);
    const services = {
      find: async () => stored,
      owners: down,
    };
    expect(failed((await explained({ services })).readFailures)).toContain(`the owners of ${where}`);
  });

  it('reads the health of its instances if it has a custom health check and an instance', async () => {
    const asked: unknown[] = [];
    const reader = (health: () => Promise<unknown>, instances: readonly string[] = ['10.0.0.1']) => ({
      ...{
        instancesOf: async () => new Map(instances.map((id) => [id, { attributes: {} }])),
        healthOf: health,
      },
      runningOperations: async () => [],
      failedOperations: async (...args: readonly unknown[]) => {
        asked.push(args);
        return new Map([['op-1', 'no such VPC']]);
      },
    });
    const healthy = async () => new Map([['10.0.0.1', 'UNHEALTHY']]);
    const healthIn = async (cloudMapReader: object, service: object = stored) => {
      const services = { find: async () => service, owners: nothing };
      const found = await explained({ cloudMapReader: () => cloudMapReader, services, ...noClaims });
      return [found.instances.map(({ health }) => health), failed(found.readFailures).slice(1)];
    };
    expect(await healthIn(reader(healthy))).toEqual([['UNHEALTHY'], []]);
    expect(await healthIn(reader(down))).toEqual([[undefined], [`the health of the instances of ${where}`]]);
    expect(await healthIn(reader(down, []))).toEqual([[], []]);
    expect(await healthIn(reader(down), { ...stored, hasCustomHealthCheck: false })).toEqual([
      [undefined],
      [],
    ]);
    expect(asked[0]).toEqual(['srv-1', nowMs - 24 * 3_600_000]);
  });

  it('has the error of the last operation of a claim without an instance', async () => {
    const cloudMapReader = () => ({
      instancesOf: async () => new Map(),
      runningOperations: async () => [],
      failedOperations: async () => new Map([['op-1', 'no such VPC']]),
    });
    const { claimsWithoutInstance } = await explained({ cloudMapReader });
    expect(claimsWithoutInstance).toMatchObject([{ instanceId: '10.0.0.1', failure: 'no such VPC' }]);
  });

  it('has its owners', async () => {
    const owners = [{ cluster: 'local', kubernetesNamespace: 'shop' }];
    const services = { find: async () => stored, owners: async () => ({ owners }) };
    expect((await explained({ services })).owners).toEqual(owners);
    expect((await explained({})).owners).toEqual([]);
  });

  it('needs a cluster if they register in several accounts or Regions, or there is none', async () => {
    const clusters = [aConfig(), { ...aConfig({ region: 'eu-west-1' }), name: 'b' }];
    await expect(explained({ clusters })).rejects.toThrow(
      'cluster is missing; expected one of local, b, because they register in 2 accounts or Regions',
    );
    await expect(explained({ clusters: [] })).rejects.toThrow(
      'because they register in 0 accounts or Regions',
    );
  });
});
