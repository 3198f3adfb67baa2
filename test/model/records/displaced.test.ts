import { describe, expect, it } from 'vitest';
import { type Pod, sightingOfPod } from '../../../shared/model/pod.ts';
import { type Placing, placingOf, type RecordedStates } from '../../../shared/model/records/displaced.ts';
import { aPod } from '../../fakes/objects.ts';

const at = (resourceVersion: string, changes: Partial<Pod> = {}) => aPod({ resourceVersion, ...changes });
const other = (resourceVersion: string) =>
  at(resourceVersion, { uid: 'uid-2', createdAt: '2026-11-21T09:00:00Z' });
const alive = (state: Pod, former?: Pod): RecordedStates => ({
  ...{ sighting: sightingOfPod({ pod: state, deleted: false }), state, former },
});
const deleted = (state: Pod, version: string, former?: Pod): RecordedStates => ({
  sighting: sightingOfPod({ pod: { ...state, resourceVersion: version }, deleted: true }),
  ...{ state, former },
});

describe('where an observation of a pod is stored', () => {
  it.each<[string, Pod, boolean, RecordedStates, Placing]>([
    ['a newer state', at('6'), false, alive(at('5')), 'as sighting'],
    ['a newer deletion', at('6'), true, alive(at('5')), 'as sighting'],
    ['the same state', at('5'), false, alive(at('5')), 'nowhere'],
    ['an older state', at('4'), false, alive(at('5')), 'nowhere'],
    ['an older deletion', at('4'), true, alive(at('5')), 'nowhere'],
    ['an older deletion of another pod', other('4'), true, alive(at('5')), 'nowhere'],
    ['an older state of another pod', other('4'), false, alive(at('5')), 'as former'],
    ['a later state of the former pod', other('4'), false, alive(at('5'), other('3')), 'as former'],
    ['the former state again', other('3'), false, alive(at('5'), other('3')), 'nowhere'],
    ['an earlier state of the former pod', other('2'), false, alive(at('5'), other('3')), 'nowhere'],
    ['a last state that a deletion overtook', at('6'), false, deleted(at('5'), '7'), 'as state'],
    ['the last state before a deletion again', at('5'), false, deleted(at('5'), '7'), 'nowhere'],
    ['an older state of a deleted pod', at('4'), false, deleted(at('5'), '7'), 'nowhere'],
    [
      'an older state of another pod than the deleted one',
      other('4'),
      false,
      deleted(at('5'), '7'),
      'as former',
    ],
    ['an older deletion of a deleted pod', at('6'), true, deleted(at('5'), '7'), 'nowhere'],
  ])('%s', (_what, pod, isDeleted, recorded, expected) => {
    expect(placingOf({ pod, deleted: isDeleted }, recorded)).toBe(expected);
  });
});
