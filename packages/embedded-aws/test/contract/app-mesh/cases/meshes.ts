import * as am from '@aws-sdk/client-app-mesh';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import type { Case } from './case.ts';

export const meshCases: readonly Case[] = [
  {
    name: 'a mesh is active at once, as DescribeMesh shows it then',
    run: async (harness) => {
      const created = await harness.mesh({ spec: { egressFilter: { type: 'ALLOW_ALL' } } });
      const meshName = created.meshName ?? '';
      expect(created).toMatchObject({
        spec: { egressFilter: { type: 'ALLOW_ALL' } },
        status: { status: 'ACTIVE' },
        metadata: { version: 1, createdAt: expect.any(Date), uid: expect.any(String) },
      });
      expect(created.metadata?.meshOwner).toBe(created.metadata?.resourceOwner);
      const { mesh } = await harness.client.send(new am.DescribeMeshCommand({ meshName }));
      expect(mesh).toEqual(created);
    },
  },
  {
    name: 'the ARN names account and mesh',
    moto: 'puts a colon before the name',
    run: async (harness) => {
      const { metadata, meshName } = await harness.mesh();
      expect(metadata?.arn).toBe(`arn:aws:appmesh:us-west-2:${metadata?.meshOwner}:mesh/${meshName}`);
    },
  },
  {
    name: 'a mesh without a spec drops what leaves it',
    moto: 'answers an egress filter without type',
    run: async (harness) => {
      expect((await harness.mesh()).spec).toEqual({ egressFilter: { type: 'DROP_ALL' } });
    },
  },
  {
    name: 'a mesh that is not there is NotFoundException',
    moto: 'has an error of its own, with status 400',
    run: async (harness) => {
      const missing = harness.client.send(new am.DescribeMeshCommand({ meshName: harness.name() }));
      const notFound = { name: 'NotFoundException', $metadata: { httpStatusCode: 404 } };
      expect(await refusal(missing)).toMatchObject(notFound);
    },
  },
  {
    name: 'a name that is taken is ConflictException',
    moto: 'replaces the mesh',
    run: async (harness) => {
      const meshName = await harness.meshName();
      const conflict = { name: 'ConflictException', $metadata: { httpStatusCode: 409 } };
      expect(await refusal(harness.mesh({ meshName }))).toMatchObject(conflict);
    },
  },
  {
    name: 'an update replaces the spec and counts a version',
    run: async (harness) => {
      const { meshName, metadata } = await harness.mesh({ spec: { egressFilter: { type: 'ALLOW_ALL' } } });
      const update = new am.UpdateMeshCommand({ meshName, spec: { egressFilter: { type: 'DROP_ALL' } } });
      const { mesh } = await harness.client.send(update);
      expect(mesh).toMatchObject({
        spec: { egressFilter: { type: 'DROP_ALL' } },
        metadata: { version: 2, uid: metadata?.uid, createdAt: metadata?.createdAt },
      });
    },
  },
  {
    name: 'a deleted mesh is answered as DELETED and is gone then',
    run: async (harness) => {
      const meshName = await harness.meshName();
      const { mesh } = await harness.client.send(new am.DeleteMeshCommand({ meshName }));
      expect(mesh?.status?.status).toBe('DELETED');
      await refusal(harness.client.send(new am.DescribeMeshCommand({ meshName })));
    },
  },
  {
    name: 'a deletion of what is not there is NotFoundException',
    moto: 'has an error of its own',
    run: async (harness) => {
      const missing = harness.client.send(new am.DeleteMeshCommand({ meshName: harness.name() }));
      expect(await refusal(missing)).toMatchObject({ name: 'NotFoundException' });
    },
  },
  {
    name: 'meshes are listed page by page, each with its version and owner',
    run: async (harness) => {
      const created = await Promise.all([harness.mesh(), harness.mesh(), harness.mesh()]);
      const listed: am.MeshRef[] = [];
      for await (const { meshes } of am.paginateListMeshes({ client: harness.client, pageSize: 2 }, {}))
        listed.push(...(meshes ?? []));
      for (const { meshName, metadata } of created)
        expect(listed.filter((mesh) => mesh.meshName === meshName)).toMatchObject([
          { arn: metadata?.arn, version: 1, meshOwner: metadata?.meshOwner },
        ]);
    },
  },
  {
    name: 'tags are given at creation and added',
    run: async (harness) => {
      const [first, second] = [
        { key: 'a', value: '1' },
        { key: 'b', value: '' },
      ] as const;
      const resourceArn = (await harness.mesh({ tags: [first] })).metadata?.arn;
      await harness.client.send(new am.TagResourceCommand({ resourceArn, tags: [second] }));
      const { tags } = await harness.client.send(new am.ListTagsForResourceCommand({ resourceArn }));
      expect(tags).toEqual([first, second]);
    },
  },
  {
    name: 'a tag is overwritten',
    moto: 'keeps both values',
    run: async (harness) => {
      const resourceArn = (await harness.mesh({ tags: [{ key: 'a', value: '1' }] })).metadata?.arn;
      const tags = [{ key: 'a', value: '2' }];
      await harness.client.send(new am.TagResourceCommand({ resourceArn, tags }));
      const answer = await harness.client.send(new am.ListTagsForResourceCommand({ resourceArn }));
      expect(answer.tags).toEqual(tags);
    },
  },
  {
    name: 'tags are removed',
    moto: 'has no UntagResource',
    run: async (harness) => {
      const { metadata } = await harness.mesh({ tags: [{ key: 'a', value: '1' }] });
      const resourceArn = metadata?.arn;
      await harness.client.send(new am.UntagResourceCommand({ resourceArn, tagKeys: ['a', 'b'] }));
      const answer = await harness.client.send(new am.ListTagsForResourceCommand({ resourceArn }));
      expect(answer.tags).toEqual([]);
    },
  },
  {
    name: 'a creation repeated with its clientToken is the first one, with another spec it is ConflictException',
    moto: 'ignores clientToken',
    run: async (harness) => {
      const input = { meshName: harness.name(), clientToken: harness.name() };
      const first = await harness.mesh(input);
      expect(await harness.mesh(input)).toEqual(first);
      const other = harness.mesh({ ...input, spec: { egressFilter: { type: 'ALLOW_ALL' } } });
      expect(await refusal(other)).toMatchObject({ name: 'ConflictException' });
    },
  },
];
