import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { describe, expect, it, vi } from 'vitest';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { type ErrorCode, WaitError } from '../../shared/model/errors.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const pod = { cluster: 'local', namespace: 'shop', name: 'front-1' };
const { clusters } = clustersFile.parse({
  clusters: [{ name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
});

/** A ready pod whose RegisterInstance has to wait for so long; undefined: nobody knows how long. */
async function podThatWaits(retryAfterMs: number | undefined, code?: ErrorCode) {
  const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, rates: {} } });
  const options = { code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const adapter = new CloudMapAdapter(
    new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)),
    undefined,
    { whenAllowed: () => Promise.reject(new WaitError('RegisterInstance has to wait', options)) },
  );
  const { deps, stores } = aDependencies();
  const save = vi.spyOn(stores.pods, 'saveProblems');
  const annotations = {
    'eks-mesh-sync/cloud-map-namespace': 'shop.local',
    'eks-mesh-sync/cloud-map-service': 'front',
  };
  const status = {
    phase: 'Running',
    podIPs: [{ ip: '10.0.0.1' }],
    conditions: ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' })),
  };
  const metadata = { namespace: pod.namespace, name: pod.name, annotations };
  const event = podEvent({ pod: aPodObject({ metadata, status }) });
  const [config] = clusters;
  const observing = observePod(
    { ...deps, cloudMap: () => adapter, cluster: () => config as NonNullable<typeof config> },
    event,
  );
  await expect(observing).rejects.toThrow('RegisterInstance has to wait');
  cloudMap.stop();
  const record = await stores.pods.find(pod);
  const claims = [...stores.claims.items.values()];
  const { problems, registrations } = record ?? {};
  return { saves: save.mock.calls.length, problems, registrations, claims };
}

describe('a pod that waits for its turn', () => {
  it('a pod that waits for its turn costs no write if it waits for seconds only', async () => {
    expect(await podThatWaits(2_000)).toMatchObject({ saves: 0, problems: [] });
    expect(await podThatWaits(15_000, 'Throttled')).toMatchObject({ saves: 0, problems: [] });
  });

  it('a pod that waits for its turn has neither a registration nor a claim yet', async () => {
    expect(await podThatWaits(2_000)).toMatchObject({ registrations: [], claims: [] });
  });

  it.each([
    [60_000, 'Throttled'],
    [15_000, undefined],
    [undefined, undefined],
  ] as const)(
    'a pod that waits for its turn has it recorded for `explain` if it waits longer: %s, %s',
    async (ms, code) => {
      const { saves, problems } = await podThatWaits(ms, code);
      expect(saves).toBe(1);
      expect(problems).toMatchObject([{ message: 'RegisterInstance has to wait' }]);
    },
  );
});
