import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { batchLimits, eventBridgeBus } from '../../../relay/send/event-bus.ts';
import { NotFoundError, RetryableError } from '../../../shared/model/errors.ts';
import { failing } from './sending.ts';

type Command = { readonly input: unknown };

/** A bus whose client answers so; `sent` are the requests and their options. */
function aBus(answer: () => unknown) {
  const sent: unknown[][] = [];
  const client = {
    send: async ({ input }: Command, ...options: unknown[]) => {
      sent.push([input, ...options]);
      return answer();
    },
  } as unknown as Pick<EventBridgeClient, 'send'>;
  return { bus: eventBridgeBus(client, 'mine', 'local'), sent };
}

const entry = { type: 'Pod Changed', detail: '{"name":"é"}' } as const;

describe('the event bus of a relay', () => {
  it('counts source, detail-type and detail of an entry in UTF-8', () => {
    const { bus } = aBus(() => ({}));
    expect(bus.bytesOf(entry)).toBe('eks-mesh-sync/local'.length + 'Pod Changed'.length + 13);
    expect(batchLimits).toEqual({ entries: 10, bytes: 262_143 });
    expect(bus.name).toBe('mine');
  });

  it('puts entries of its cluster, and can be aborted', async () => {
    const { bus, sent } = aBus(() => ({ Entries: [{ EventId: '1' }] }));
    const { signal } = new AbortController();
    expect(await bus.put([entry], signal)).toEqual([{ errorCode: undefined, errorMessage: undefined }]);
    await bus.put([entry]);
    const input = {
      Entries: [
        {
          ...{ EventBusName: 'mine', Source: 'eks-mesh-sync/local' },
          ...{ DetailType: 'Pod Changed', Detail: entry.detail },
        },
      ],
    };
    expect(sent).toEqual([
      [input, { abortSignal: signal }],
      [input, {}],
    ]);
  });

  it.each<[string, object, object[]]>([
    [
      'an error of one entry is its own',
      { Entries: [{ EventId: '1' }, { ErrorCode: 'Busy', ErrorMessage: 'later' }] },
      [{}, { errorCode: 'Busy', errorMessage: 'later' }],
    ],
    [
      'an entry without a result was not accepted',
      { Entries: [{ EventId: '1' }] },
      [{}, { errorCode: 'NoResult', errorMessage: 'the response has no result for this entry' }],
    ],
    [
      'no entry of an empty response was accepted',
      {},
      [{ errorCode: 'NoResult' }, { errorCode: 'NoResult' }],
    ],
  ])('%s', async (_what, answer, expected) => {
    const results = await aBus(() => answer).bus.put([entry, entry]);
    expect(results).toMatchObject(expected);
    expect(results[0]?.errorCode === undefined).toBe('Entries' in answer);
  });

  it('is another one if it was created again', async () => {
    const created = { Arn: 'arn:mine', CreationTime: new Date('2026-11-21T10:00:00Z') };
    const { bus, sent } = aBus(() => created);
    expect(await bus.identity()).toBe('arn:mine 2026-11-21T10:00:00.000Z');
    expect(sent).toEqual([[{ Name: 'mine' }]]);
    expect(await aBus(() => ({ Arn: 'arn:mine' })).bus.identity()).toBe('arn:mine ');
  });

  it.each([
    [
      'ResourceNotFoundException',
      NotFoundError,
      'event bus "mine" not found; create it, or correct --event-bus',
    ],
    [
      'AccessDenied',
      RetryableError,
      'cannot describe event bus "mine": AccessDenied: made to fail with AccessDenied',
    ],
  ])('%s of its description has an error of its own', async (name, kind, message) => {
    const cause = failing(name);
    const identity = aBus(() => {
      throw cause;
    }).bus.identity();
    await expect(identity).rejects.toBeInstanceOf(kind);
    await expect(identity).rejects.toMatchObject({ message, cause });
  });
});
