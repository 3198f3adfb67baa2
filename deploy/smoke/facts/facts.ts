import { CreateServiceCommand, RegisterInstanceCommand } from '@aws-sdk/client-servicediscovery';
import { followed, tagsOf } from '../aws/cloud-map.ts';
import { runAttribute } from '../names.ts';
import type { Seen, Smoke } from '../smoke.ts';
import type { Fact, Ground } from './fact.ts';
import { instanceFacts } from './instance-facts.ts';
import { nameFacts } from './name-facts.ts';
import { queueFacts } from './queue-facts.ts';

/**
 * Prints what is true here of what was only documented so far. Either way the system works: none of it decides the exit
 * status.
 */
export async function seeFacts(smoke: Smoke, seen: Seen & Required<Pick<Seen, 'namespace'>>): Promise<void> {
  smoke.print('What was only documented so far, here:');
  const ground = await groundOf(smoke, seen);
  for (const facts of [queueFacts, nameFacts, instanceFacts])
    for (const each of await facts(ground)) smoke.print(`  ${lineOf(each)}`);
}

function lineOf({ name, text, holds, evidence }: Fact): string {
  const answer = holds === undefined ? 'not seen' : String(holds);
  return `${answer.padEnd(9)}${name}: ${text} (${evidence})`;
}

/** A service with one instance. */
async function groundOf(smoke: Smoke, seen: Seen & Required<Pick<Seen, 'namespace'>>): Promise<Ground> {
  const client = smoke.clients.cloudMap;
  const polling = { maxMs: 60_000, signal: smoke.signal };
  const { Service } = await client.send(
    new CreateServiceCommand({
      Name: smoke.names.factsService,
      NamespaceId: seen.namespace.id,
      Tags: tagsOf(smoke.cluster.name),
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    }),
  );
  const serviceId = Service?.Id ?? '';
  const { OperationId } = await client.send(
    new RegisterInstanceCommand({
      ...{ ServiceId: serviceId, InstanceId: '192.0.2.10' },
      Attributes: { AWS_INSTANCE_IPV4: '192.0.2.10', [runAttribute]: smoke.names.id },
    }),
  );
  await followed(client, OperationId, polling);
  return { smoke, seen, namespace: seen.namespace, client, serviceId, polling };
}
