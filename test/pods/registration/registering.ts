import type { Claim, CloudMapService, Health } from '../../../shared/model/records/registration.ts';
import { ensureInstance } from '../../../shared/pods/ensure-instance.ts';
import type { DesiredInstance } from '../../../shared/pods/plan/desired/desired.ts';
import type { CloudMap, Dependencies } from '../../../shared/ports/ports.ts';
import type { LogFields } from '../../../shared/ports/telemetry.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

export const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
export const registration = { service, instanceId: '10.0.0.1' };
const pod = aPod();
export const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
export const nowMs = 1e12;
export const known: CloudMapService = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  hasCustomHealthCheck: true,
};
export const attributes = {
  AWS_INSTANCE_IPV4: '10.0.0.1',
  'k8s.io/cluster': 'local',
  'k8s.io/namespace': 'shop',
  'k8s.io/pod': 'front-1',
  'k8s.io/pod-uid': 'uid-1',
};
/** Of an instance of another cluster. */
export const foreign = { 'k8s.io/cluster': 'second' };
/** As `fingerprint` makes it of the attributes. */
export const print = JSON.stringify(Object.entries(attributes));
const desired: DesiredInstance = {
  ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', attributes },
  ...{ droppedLabels: [], ipFamily: 'ipv4', source: 'annotations' },
};
const change = { correlationId: 'c-1', observedAtMs: nowMs - 500, receivedAtMs: nowMs - 100 };

export interface Given {
  /** The claim that is stored, applied and of the pod but for what the test says; null: there is none. */
  readonly claim?: Partial<Claim> | null;
  readonly service?: Partial<CloudMapService>;
  /** The instance in Cloud Map. */
  readonly instance?: Readonly<Record<string, string>>;
  readonly registrations?: readonly { readonly uid?: string }[];
  readonly health?: Health;
  readonly cloudMap?: Partial<CloudMap>;
  /** There are no notices and no telemetry, as outside of a function. */
  readonly isSilent?: boolean;
}

/** A pod whose instance is to be ensured, in a service that its namespace owns. */
export async function aRegisteringPod(given: Given = {}) {
  const calls: string[] = [];
  const logged: [string, LogFields | undefined][] = [];
  const counted: [string, number | undefined][] = [];
  const noted: unknown[] = [];
  const registered: Readonly<Record<string, string>>[] = [];
  let operations = 0;
  const answers: Partial<CloudMap> = {
    whenAllowed: async (call, work) => {
      calls.push(`turn of ${call}`);
      return work();
    },
    findInstance: async () => given.instance,
    registerInstance: async (_service, _id, written) => {
      registered.push(written);
      operations += 1;
      return `op-${operations}`;
    },
    setHealth: async () => {},
    instanceCount: async () => 1,
    operations: async (_service, { ids }) => new Map(ids.map((id) => [id, { status: 'succeeded' }])),
    listInstances: async function* () {},
    ...given.cloudMap,
  };
  const called = ['findInstance', 'registerInstance', 'setHealth', 'instanceCount', 'operations'] as const;
  const world = aDependencies({
    ...answers,
    ...Object.fromEntries(called.map((name) => [name, recorded(calls, name, answers)])),
  });
  const { stores, clock, config } = world;
  clock.nowMs = nowMs;
  const cloudMap = world.deps.cloudMap(config);
  const deps: Dependencies = {
    ...world.deps,
    cloudMap: () => cloudMap,
    ...(!given.isSilent && {
      notices: { note: (notice) => void noted.push(notice), send: async () => {} },
      telemetry: {
        change: () => change,
        log: (message, fields) => void logged.push([message, fields]),
        count: (metric, value) => void counted.push([metric, value]),
      },
    }),
  };
  await stores.services.save(service, { ...known, ...given.service });
  const tenants = [{ cluster: 'local', kubernetesNamespace: 'shop' }];
  const times = { sinceMs: 0, checkedAtMs: nowMs };
  const owners = { owners: tenants, ...times, leftoverNamespaces: [] };
  await stores.services.replaceOwners({ ...service, chosen: 'ns-1' }, owners, undefined);
  await stores.pods.record({ pod, deleted: false });
  for (const { uid } of given.registrations ?? [])
    await stores.pods.addRegistration(pod, { ...registration, ...(uid !== undefined && { uid }) });
  if (given.claim !== null) await putClaim(stores, given.claim);
  const find = () => stores.claims.find(service, '10.0.0.1');
  const stored = async () => (await stores.pods.find(pod))?.registrations;
  const record = await stores.pods.find(pod);
  if (record === undefined) throw new Error('the pod is recorded');
  const wanted = { record, desired, key: service, health: given.health ?? 'HEALTHY' };
  const ensure = (changes: Partial<DesiredInstance> = {}) =>
    ensureInstance(deps, { ...wanted, desired: { ...desired, ...changes } });
  return { ...world, deps, calls, logged, counted, noted, registered, find, stored, record, ensure };
}

/** The same call of Cloud Map, recorded with what says which instance it is of. */
function recorded(calls: string[], name: keyof CloudMap, answers: Partial<CloudMap>) {
  const answer = answers[name] as (...values: unknown[]) => Promise<unknown>;
  return (...values: unknown[]) => {
    calls.push([name, ...values.filter((value) => typeof value === 'string')].join(' '));
    return answer(...values);
  };
}

async function putClaim({ claims }: ReturnType<typeof aDependencies>['stores'], changes?: Partial<Claim>) {
  const taken = await claims.take(registration, changes?.owner ?? owner, 'srv-1', nowMs - 600_000);
  const touchedAtMs = nowMs - 600_000;
  const applied = { fingerprint: print, health: 'HEALTHY', operationId: 'op-0', touchedAtMs } as const;
  const claim = await claims.apply(taken, applied);
  const [key = ''] = claims.items.keys();
  claims.items.set(key, { ...claim, ...changes });
}
