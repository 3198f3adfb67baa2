import {
  DeleteServiceCommand,
  DeregisterInstanceCommand,
  DiscoverInstancesCommand,
  DiscoverInstancesRevisionCommand,
  type DuplicateRequest,
  RegisterInstanceCommand,
  UpdateInstanceCustomHealthStatusCommand,
} from '@aws-sdk/client-servicediscovery';
import { followed, instanceIn } from '../aws/cloud-map.ts';
import { runAttribute } from '../names.ts';
import { poll } from '../poll.ts';
import { errorNamed, type Fact, fact, type Ground } from './fact.ts';

const first = '192.0.2.11';

/** AWS shows a change of health after about 30 s. */
const maxHealthMs = 60_000;

/** How instances are registered, in an order: each fact leaves what the next one needs. */
export async function instanceFacts(ground: Ground): Promise<readonly Fact[]> {
  return [
    await operationStates(ground),
    await updates(ground),
    await idempotency(ground),
    await duplicates(ground),
    await revisionMoves(ground),
    await health(ground),
    await missingInstance(ground),
    await serviceInUse(ground),
  ];
}

function registration(
  { smoke, serviceId: ServiceId }: Ground,
  InstanceId: string,
  color: string,
  token?: string,
) {
  return new RegisterInstanceCommand({
    ...{ ServiceId, InstanceId },
    Attributes: { AWS_INSTANCE_IPV4: InstanceId, [runAttribute]: smoke.names.id, color },
    ...(token && { CreatorRequestId: token }),
  });
}

function operationStates(ground: Ground): Promise<Fact> {
  const text =
    'RegisterInstance is accepted first, and GetOperation shows it SUBMITTED or PENDING until it has ended';
  return fact('OperationsTakeTime', text, async () => {
    const { OperationId } = await ground.client.send(registration(ground, first, 'blue'));
    const { states, tookMs } = await followed(ground.client, OperationId, {
      ...ground.polling,
      everyMs: 100,
    });
    return [states.length > 1, `${states.join(' → ')} in ${tookMs} ms`];
  });
}

function updates(ground: Ground): Promise<Fact> {
  const { client, serviceId, polling } = ground;
  const text = 'RegisterInstance of an id that is there replaces its attributes';
  return fact('RegisterUpdatesAttributes', text, async () => {
    const { OperationId } = await client.send(registration(ground, first, 'green'));
    await followed(client, OperationId, polling);
    const color = (await instanceIn(client, serviceId, first))?.color;
    return [color === 'green', `attribute color is ${color} after blue and green`];
  });
}

function idempotency(ground: Ground): Promise<Fact> {
  const { client, polling } = ground;
  const text = 'the same CreatorRequestId and request again answers the same operation';
  return fact('CreatorRequestIdIsIdempotent', text, async () => {
    const token = `smoke-${ground.smoke.names.id}`;
    const one = await client.send(registration(ground, first, 'red', token));
    const other = await client.send(registration(ground, first, 'red', token));
    await followed(client, other.OperationId, polling);
    return [one.OperationId === other.OperationId, `operations ${one.OperationId} and ${other.OperationId}`];
  });
}

function duplicates(ground: Ground): Promise<Fact> {
  const { client, serviceId: ServiceId, polling } = ground;
  const text =
    'a second operation on an instance is refused by DuplicateRequest with the id of the first, while that runs';
  return fact('OneOperationAtATime', text, async () => {
    const { OperationId } = await client.send(registration(ground, first, 'white'));
    const error = await errorNamed<DuplicateRequest>('DuplicateRequest', async () => {
      const later = await client.send(registration(ground, first, 'black'));
      await followed(client, later.OperationId, polling);
    });
    await followed(client, OperationId, polling);
    if (error === undefined) return [false, `both operations of ${ServiceId}/${first} were accepted`];
    return [error.DuplicateOperationId === OperationId, `DuplicateOperationId ${error.DuplicateOperationId}`];
  });
}

function revisionMoves(ground: Ground): Promise<Fact> {
  const { client, serviceId: ServiceId, polling } = ground;
  const text =
    'the revision of DiscoverInstancesRevision moves with a registration and with a deregistration';
  return fact('RevisionMoves', text, async () => {
    const id = '192.0.2.12';
    const revisions = [await revisionOf(ground)];
    const registered = await client.send(registration(ground, id, 'blue'));
    await followed(client, registered.OperationId, polling);
    revisions.push(await movedFrom(ground, revisions.at(-1)));
    const ended = await client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId: id }));
    await followed(client, ended.OperationId, polling);
    revisions.push(await movedFrom(ground, revisions.at(-1)));
    return [new Set(revisions).size === 3, revisions.join(' → ')];
  });
}

async function revisionOf({ client, namespace, smoke }: Ground): Promise<number | undefined> {
  const names = { NamespaceName: namespace.name, ServiceName: smoke.names.factsService };
  return (await client.send(new DiscoverInstancesRevisionCommand(names))).InstancesRevision;
}

/** The next revision within some seconds, or else the same. */
async function movedFrom(ground: Ground, before: number | undefined): Promise<number | undefined> {
  const untilMs = Date.now() + 15_000;
  return poll(
    'revision',
    async () => {
      const revision = await revisionOf(ground);
      return revision !== before || Date.now() > untilMs ? revision : undefined;
    },
    { ...ground.polling, everyMs: 1_000 },
  );
}

function health(ground: Ground): Promise<Fact> {
  const { client, serviceId: ServiceId, namespace, smoke, polling } = ground;
  const text = 'a change of the custom health reaches DiscoverInstances, and does not move the revision';
  return fact('HealthHasNoRevision', text, async () => {
    const before = await revisionOf(ground);
    const startedAtMs = Date.now();
    await client.send(
      new UpdateInstanceCustomHealthStatusCommand({ ServiceId, InstanceId: first, Status: 'UNHEALTHY' }),
    );
    const names = { NamespaceName: namespace.name, ServiceName: smoke.names.factsService };
    await poll(
      `health UNHEALTHY of ${first} in DiscoverInstances`,
      async () => {
        const { Instances = [] } = await client.send(
          new DiscoverInstancesCommand({ ...names, HealthStatus: 'ALL' }),
        );
        const found = Instances.find(({ InstanceId }) => InstanceId === first);
        return found?.HealthStatus === 'UNHEALTHY' ? true : undefined;
      },
      { ...polling, maxMs: maxHealthMs, everyMs: 1_000 },
    );
    const after = await revisionOf(ground);
    return [
      after === before,
      `UNHEALTHY after ${Date.now() - startedAtMs} ms; revision ${before} → ${after}`,
    ];
  });
}

function serviceInUse({ client, serviceId }: Ground): Promise<Fact> {
  return fact(
    'ServiceWithInstancesStays',
    'DeleteService is refused while a service has instances',
    async () => {
      const error = await errorNamed('ResourceInUse', () =>
        client.send(new DeleteServiceCommand({ Id: serviceId })),
      );
      return [error !== undefined, error?.message ?? 'the service was deleted with its instance'];
    },
  );
}

function missingInstance({ client, serviceId: ServiceId }: Ground): Promise<Fact> {
  return fact(
    'MissingInstanceIsSaid',
    'DeregisterInstance of an id that is not there answers InstanceNotFound',
    async () => {
      const input = { ServiceId, InstanceId: '192.0.2.99' };
      const error = await errorNamed('InstanceNotFound', () =>
        client.send(new DeregisterInstanceCommand(input)),
      );
      return [error !== undefined, error?.message ?? 'it was accepted'];
    },
  );
}
