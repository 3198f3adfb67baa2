import { describe, expect, it } from 'vitest';
import {
  foreignAccount,
  isMarked,
  ownershipOf,
} from '../../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import { aMesh, aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { aDesired, named } from './planned.ts';

const [us, them] = ['111111111111', '222222222222'];
const ours = { resourceOwner: us, meshOwner: us };
const marks =
  'neither the status of VirtualNode apps/blue nor its name shows that the old controller created it';
const unknown = (why: string) => ({ kind: 'other', owner: `an unknown owner (${why})` });
const unmarked = unknown(`${marks}; to adopt it, set appMesh.adopt: untagged in clusters.yml`);
const tagged = (cluster: string) => ({ 'eks-mesh-sync/cluster': cluster });

type Adopt = Parameters<typeof ownershipOf>[2]['adopt'];

interface Given {
  readonly adopt?: Adopt;
  readonly tags?: Readonly<Record<string, string>>;
  readonly owners?: typeof ours;
  /** Of the object. */
  readonly statusArn?: string;
  readonly awsName?: string;
  readonly kind?: 'virtualNode' | 'route';
  readonly parentIsOurs?: boolean;
}

function ownership(given: Given) {
  const { adopt = 'old-controller', tags = {}, owners = ours, statusArn, awsName = 'own' } = given;
  const { kind = 'virtualNode', parentIsOurs = false } = given;
  const desired = aDesired(named(kind, 'a', { parentName: kind === 'route' ? 'r' : undefined }));
  const entry = { ...desired.entry, statusArn, awsName };
  const context = { cluster: 'local', adopt, parentIsOurs };
  return ownershipOf({ arn: 'arn:a', tags, ...owners }, { ...desired, entry }, context);
}

describe('the owner of a resource that exists', () => {
  it.each<[string, Given, object]>([
    ['ours by the tag', { adopt: 'none', tags: tagged('local') }, { kind: 'ours' }],
    [
      'another cluster by the tag',
      { adopt: 'untagged', tags: tagged('far'), statusArn: 'arn:a' },
      { kind: 'other', owner: 'cluster far' },
    ],
    [
      'another account, whatever the tag',
      { tags: tagged('local'), owners: { resourceOwner: them, meshOwner: us } },
      { kind: 'other', owner: `account ${them}` },
    ],
    [
      'unknown if none is adopted',
      { adopt: 'none', statusArn: 'arn:a' },
      unknown('appMesh.adopt in clusters.yml is none'),
    ],
    ['nobody if all without a tag are adopted', { adopt: 'untagged' }, { kind: 'adoptable' }],
    ['the old controller by the status', { statusArn: 'arn:a' }, { kind: 'adoptable' }],
    ['the old controller by the name', { awsName: 'blue_apps' }, { kind: 'adoptable' }],
    ['unknown with the ARN of another one', { statusArn: 'arn:b' }, unmarked],
    ['unknown without any mark', {}, unmarked],
    ['ours by the router of a route', { kind: 'route', parentIsOurs: true }, { kind: 'adoptable' }],
    ['unknown of a route of another router', { kind: 'route' }, unmarked],
    ['unknown of another kind, whatever its parent', { parentIsOurs: true }, unmarked],
  ])('is %s', (_, given, expected) => {
    expect(ownership(given)).toEqual(expected);
  });

  it.each([
    [undefined, us, us, undefined],
    [undefined, them, us, them],
    [them, us, them, undefined],
    [them, them, them, them],
  ])(
    'in a mesh of %s, of the resource owner %s and the mesh owner %s, is the account %s',
    (meshOwner, resourceOwner, owner, expected) => {
      const resource = named('virtualNode', 'a', { meshOwner });
      expect(foreignAccount({ resourceOwner, meshOwner: owner }, resource)).toBe(expected);
    },
  );

  it('is marked in an object by an ARN in its status, or by the default name unless it is a mesh', () => {
    const [node, other, mesh] = directoryOf(aNode('a'), aNode('b', { awsName: 'x' }), aMesh()).entries;
    if (!node || !other || !mesh) throw new Error('there are three');
    const marked = { statusArn: 'arn:any' };
    expect([node, other, mesh].map(isMarked)).toEqual([true, false, false]);
    expect([other, mesh].map((entry) => isMarked({ ...entry, ...marked }))).toEqual([true, true]);
  });
});
