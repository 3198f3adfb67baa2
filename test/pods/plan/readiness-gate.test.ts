import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate as gate } from '../../../shared/model/kubernetes.ts';
import type { Pod } from '../../../shared/model/pod.ts';
import type { GateCondition } from '../../../shared/model/records/gate-note.ts';
import {
  declaresGate,
  gateOf,
  gateOfIneligible,
  mustBeWritten,
  noteOf,
  type RegistrationState,
  shownGate,
  whyNowhere,
} from '../../../shared/pods/plan/readiness-gate.ts';
import { aPod } from '../../fakes/objects.ts';

const there = (where: string): RegistrationState => ({ kind: 'discoverable', where });
const pending: RegistrationState = { kind: 'pending', where: 'shop.local/back as 10.0.0.1' };
const unsettled: RegistrationState = { kind: 'unsettled' };
const refused: RegistrationState = { kind: 'refused', reason: 'not allowed' };
const failed: RegistrationState = {
  kind: 'failed',
  where: 'shop.local/back as 10.0.0.1',
  reason: 'INTERNAL_FAILURE',
};
const registered: GateCondition = { status: 'True', reason: 'Registered', message: 'registered in x' };
const missing: GateCondition = { status: 'False', reason: 'NotRegistered', message: 'nobody wants it' };

describe('what the gate is to say', () => {
  it.each<[string, readonly RegistrationState[], Partial<GateCondition> | undefined]>([
    ['wanted nowhere', [], { status: 'False', reason: 'NotRegistered', message: 'nowhere' }],
    ['in its service', [there('a as b')], { status: 'True', message: 'registered in a as b' }],
    ['in both', [there('a as b'), there('c as d')], { message: 'registered in a as b, c as d' }],
    ['in one, the other pending', [there('a'), pending], undefined],
    ['in one, the other unsettled', [there('a'), unsettled], undefined],
    ['in one, refused in the other', [there('a'), refused], { status: 'False', message: 'not allowed' }],
    ['refused, and pending', [pending, refused], { status: 'False', reason: 'NotRegistered' }],
    [
      'failed, and pending',
      [pending, failed],
      {
        status: 'False',
        reason: 'OperationFailed',
        message: 'shop.local/back as 10.0.0.1: INTERNAL_FAILURE',
      },
    ],
  ])('%s', (_title, states, expected) => {
    const said = gateOf(states, 'nowhere');
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toMatchObject(expected);
  });

  it('what the gate is to say is True only of a pod that is everywhere, and no longer than a person reads', () => {
    const state = fc.constantFrom(there('a'.repeat(700)), pending, unsettled, refused, failed);
    fc.assert(
      fc.property(fc.array(state, { maxLength: 4 }), (states) => {
        const said = gateOf(states, 'nowhere');
        const isEverywhere = states.length > 0 && states.every(({ kind }) => kind === 'discoverable');
        expect(said?.status === 'True').toBe(isEverywhere);
        expect(said?.message.length ?? 0).toBeLessThanOrEqual(1024);
        expect(said?.reason ?? 'Kept').toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/); // as the API asks
      }),
    );
  });

  it('what the gate is to say names what is wrong with what is asked for, before that nothing is', () => {
    expect(whyNowhere(aPod(), [])).toContain('no VirtualNode of namespace shop');
    expect(whyNowhere(aPod(), [{ source: 'annotations', code: 'Rejected', message: 'wrong port' }])).toBe(
      'annotations: wrong port',
    );
  });
});

describe('what the gate says', () => {
  const written = { ...registered, resourceVersion: '20' };
  const shown = (pod: Partial<Pod>, uid = 'uid-1') =>
    shownGate({ pod: aPod({ readinessGates: [gate], ...pod }), gate: { uid, written, succeeded: ['op-1'] } });

  it.each<[string, Partial<Pod>, Partial<GateCondition>]>([
    [
      'the pod is older than what was set',
      { resourceVersion: '9', conditions: { [gate]: 'False' } },
      written,
    ],
    ['the pod says the same', { resourceVersion: '21', conditions: { [gate]: 'True' } }, written],
    [
      'somebody else set it since',
      { resourceVersion: '100', conditions: { [gate]: 'False' } },
      { status: 'False' },
    ],
    ['somebody else removed it', { resourceVersion: '100' }, {}],
    ['somebody made it unknown', { resourceVersion: '100', conditions: { [gate]: 'Unknown' } }, {}],
  ])('%s', (_title, pod, expected) => {
    expect(shown(pod)).toEqual(expected);
  });

  it('what the gate says is not what was reported of another pod of that name, nor are its registrations done', () => {
    expect(shown({ resourceVersion: '1' }, 'another')).toEqual({});
    const note = { uid: 'another', written, succeeded: ['op-1'] };
    expect(noteOf({ pod: aPod(), gate: note })).toEqual({ uid: 'uid-1', succeeded: [] });
  });
});

describe('whether it has to be set', () => {
  const loud = (condition: GateCondition) => ({ ...condition, quiet: false });
  it.each([
    ['nothing is there', loud(missing), {}, true],
    ['the same is there', loud(missing), missing, false],
    ['another message is there', loud({ ...missing, message: 'another' }), missing, true],
    ['another message of a True is there', loud({ ...registered, message: 'another' }), registered, true],
    ['somebody else says True', loud(registered), { status: 'True' as const }, false],
    ['somebody else says False', loud(missing), { status: 'False' as const }, true],
    ['it says True', loud(missing), registered, true],
    ['the pod says why, and nothing is there', gateOfIneligible('its phase'), {}, false],
    ['the pod says why, and False is there', gateOfIneligible('its phase'), missing, false],
    ['the pod says why, and True is there', gateOfIneligible('its phase'), registered, true],
  ])('%s', (_title, wanted, shown, expected) => {
    expect(mustBeWritten(wanted, shown)).toBe(expected);
  });
});

it('a condition has to be set again if only its reason is another', () => {
  const wanted = { ...missing, reason: 'OperationFailed', quiet: false };
  expect(mustBeWritten(wanted, missing)).toBe(true);
});

it('the gate names all that is refused or that failed, in at most 1024 characters, loudly', () => {
  const refused = (reason: string) => ({ kind: 'refused', reason }) as const;
  const failed = (where: string) => ({ kind: 'failed', where, reason: 'late' }) as const;
  const not = (reason: string, message: string) => ({ status: 'False', reason, message, quiet: false });
  expect(gateOf([refused('one'), refused('two')], '')).toEqual(not('NotRegistered', 'one; two'));
  expect(gateOf([failed('a'), failed('b')], '')).toEqual(not('OperationFailed', 'a: late; b: late'));
  expect(gateOf([refused('x'.repeat(1025))], '')).toEqual(not('NotRegistered', `${'x'.repeat(1023)}…`));
  const found = ['a', 'b'].map((where) => ({ kind: 'discoverable', where }) as const);
  expect(gateOf(found, '')).toEqual({
    ...{ status: 'True', reason: 'Registered', message: 'registered in a, b', quiet: false },
  });
});

it('a pod declares the gate by its readiness gates', () => {
  expect(declaresGate(aPod({ readinessGates: ['other', gate] }))).toBe(true);
  expect(declaresGate(aPod({ readinessGates: ['other'] }))).toBe(false);
});
