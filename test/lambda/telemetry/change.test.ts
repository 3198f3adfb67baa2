import { describe, expect, it } from 'vitest';
import { carriedOn } from '../../../shared/lambda/telemetry/carried-on.ts';
import { changeInUserAgent } from '../../../shared/lambda/telemetry/change-in-user-agent.ts';
import { currentChange, during } from '../../../shared/lambda/telemetry/current-change.ts';
import { idsOf } from '../../../shared/lambda/telemetry/lambda-telemetry.ts';
import { withTelemetry } from '../../../shared/lambda/telemetry/with-telemetry.ts';
import type { EventDetail } from '../../../shared/model/events/event.ts';
import type { Change } from '../../../shared/model/journey.ts';
import type { Telemetry } from '../../../shared/ports/telemetry.ts';
import { podEvent } from '../../fakes/objects.ts';

const change: Change = { correlationId: 'run:1', observedAtMs: 1_000, receivedAtMs: 2_000 };
const of = (current: Change | undefined): Telemetry => ({
  change: () => current,
  log: () => {},
  count: () => {},
});

describe('the change that is handled', () => {
  it('is that of the running work, also after it waited, and of no other', async () => {
    expect(currentChange()).toBeUndefined();
    const seen = async (id: string) =>
      during({ ...change, correlationId: id }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return currentChange()?.correlationId;
      });
    expect(await Promise.all([seen('a'), seen('b'), during(undefined, async () => currentChange())])).toEqual(
      [...['a', 'b', undefined]],
    );
    expect(currentChange()).toBeUndefined();
    expect(await during(change, () => during(undefined, async () => currentChange()))).toBe(change);
  });

  it('has the ids by which its log lines are found', () => {
    expect(idsOf(undefined)).toEqual({});
    expect(idsOf(change)).toEqual({ correlationId: 'run:1' });
    expect(idsOf({ ...change, run: 'r' })).toEqual({ correlationId: 'run:1', run: 'r' });
  });
});

describe('what a change requests from other writers', () => {
  const sent = async (current: Change | undefined, event: EventDetail) => {
    const events: EventDetail[] = [];
    const requests = { send: async (all: readonly EventDetail[]) => void events.push(...all) };
    await carriedOn(requests, of(current)).send([event]);
    const deps = withTelemetry({ requests, clock: 1 }, of(current));
    expect(deps.clock).toBe(1);
    await deps.requests.send([event]);
    return events;
  };

  it('has the id of the change and when it was observed', async () => {
    const expected = { ...podEvent(), correlationId: 'run:1', observedAt: '1970-01-01T00:00:01.000Z' };
    expect(await sent(change, podEvent())).toEqual([expected, expected]);
  });

  it('keeps the ids that it has, and has none without a change', async () => {
    const own = { ...podEvent(), correlationId: 'own', observedAt: '2026-11-21T10:00:00.000Z' };
    expect(await sent(change, own)).toEqual([own, own]);
    expect(await sent(undefined, podEvent())).toEqual([podEvent(), podEvent()]);
  });
});

describe('a call of AWS on behalf of a change', () => {
  type Args = { request?: { headers?: Record<string, string> } };
  type Middleware = (next: (args: Args) => Promise<unknown>) => (args: Args) => Promise<unknown>;

  function calling() {
    let added: Middleware = (next) => next;
    const options: unknown[] = [];
    const client = {
      middlewareStack: {
        add: (middleware: unknown, option: unknown) => {
          added = middleware as Middleware;
          options.push(option);
        },
      },
    };
    expect(changeInUserAgent(client)).toBe(client);
    // The agent is written late, and the request is signed without it.
    expect(options).toMatchObject([{ step: 'finalizeRequest', priority: 'low' }]);
    return (args: Args) => added(async (passed) => passed)(args);
  }

  it('names the change once in the User-Agent, without a colon', async () => {
    const call = calling();
    const args = { request: { headers: { 'user-agent': 'sdk/3' } } };
    await during(change, () => call(args));
    expect(args.request.headers['user-agent']).toBe('sdk/3 md/eks-mesh-sync-change#run-1');
    expect(await during(change, () => call(args))).toBe(args);
    expect(args.request.headers['user-agent']).toBe('sdk/3 md/eks-mesh-sync-change#run-1');
  });

  it('is as it was without a change, or without a User-Agent', async () => {
    const call = calling();
    const args = { request: { headers: { 'user-agent': 'sdk/3' } } };
    expect(await call(args)).toEqual({ request: { headers: { 'user-agent': 'sdk/3' } } });
    for (const bare of [{}, { request: {} }, { request: { headers: {} } }])
      expect(await during(change, () => call(structuredClone(bare)))).toEqual(bare);
  });
});
