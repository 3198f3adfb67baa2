import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { relaySource } from '../../../shared/model/events/event.ts';
import { receive } from '../aws/probe.ts';
import { type Fact, fact, type Ground } from './fact.ts';

/** How events come to the functions. */
export async function queueFacts(ground: Ground): Promise<readonly Fact[]> {
  return [messageGroup(ground), await fairness(ground), await missingBus(ground)];
}

function messageGroup({ seen: { group } }: Ground): Fact {
  return {
    name: 'MessageGroupFromEvent',
    text: 'a rule takes the message group from the event ($.detail.group)',
    ...(group && { holds: group.arrived === group.expected }),
    evidence: group ? `group ${group.arrived}` : 'no message arrived',
  };
}

function fairness({ smoke: { clients, names } }: Ground): Promise<Fact> {
  const text = 'a message group whose message is being handled delays no other group';
  return fact('FifoGroupsAreIndependent', text, async () => {
    const { sqs } = clients;
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: names.queue }));
    await drained(sqs, QueueUrl);
    for (const [group, body] of [
      ['a', 'a1'],
      ['a', 'a2'],
      ['a', 'a3'],
      ['b', 'b1'],
    ] as const)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group }));
    const bodies = [];
    for (let count = 0; count < 3; count += 1) bodies.push((await receive(sqs, QueueUrl))?.body);
    return [
      bodies[0] === 'a1' && bodies[1] === 'b1' && bodies[2] === undefined,
      `received ${bodies.join(', ')}`,
    ];
  });
}

/** Deletes the test pod's messages, which would block nothing but are in the way. */
async function drained(sqs: Ground['smoke']['clients']['sqs'], QueueUrl: string): Promise<void> {
  for (;;) {
    const message = await receive(sqs, QueueUrl);
    if (message === undefined) return;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.receipt }));
  }
}

function missingBus({ smoke }: Ground): Promise<Fact> {
  const text = 'PutEvents accepts events for a bus that is not there, and drops them';
  return fact('MissingBusAccepts', text, async () => {
    const { events } = smoke.clients;
    const EventBusName = `${smoke.bus.name}-smoke-missing`;
    const { Entries = [] } = await events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName, Source: relaySource(smoke.cluster.name), DetailType: 'Smoke', Detail: '{}' },
        ],
      }),
    );
    const code = Entries[0]?.ErrorCode;
    return [code === undefined, code ?? 'accepted'];
  });
}
