import { readFileSync } from 'node:fs';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  applyPatch,
  kubectl,
  kubectlMissing,
  send,
  startQuickCluster,
} from '../../../packages/embedded-kubernetes/test/harness.ts';
import { StatusWriter } from '../../../shared/adapters/kubernetes/status-writer.ts';
import { PrunedFieldsError } from '../../../shared/model/errors.ts';
import { applyDefinitions } from '../../../shared/model/kubernetes.ts';

const folder = new URL('../../../deploy/crds/', import.meta.url);
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const groups = '/apis/appmesh.k8s.aws/v1beta2/namespaces/default/backendgroups';

function ourDefinition(): JsonObject {
  return parse(readFileSync(new URL('appmesh.k8s.aws_backendgroups.yaml', folder), 'utf8')) as JsonObject;
}

/** As the App Mesh controller's chart has it: a status without fields, and unknown fields kept beside it. */
function oldDefinition(): JsonObject {
  const old = structuredClone(ourDefinition()) as {
    spec: { versions: { schema: { openAPIV3Schema: JsonObject }; additionalPrinterColumns?: unknown }[] };
  } & JsonObject;
  for (const version of old.spec.versions) {
    delete version.additionalPrinterColumns;
    version.schema.openAPIV3Schema = {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: {
        spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        status: { type: 'object' },
      },
    };
  }
  return old;
}

let cluster: Cluster;
let write: () => Promise<unknown>;
beforeEach(async () => {
  cluster = await startQuickCluster({ definitions: [] });
  await send(cluster, 'POST', `${definitions}?fieldManager=helm`, oldDefinition());
  const group = { apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'BackendGroup', metadata: { name: 'all' } };
  const { body } = await send(cluster, 'POST', groups, { ...group, spec: { virtualservices: [] } });
  const writer = new StatusWriter(async () => ({ server: cluster.url }));
  const target = { kind: 'BackendGroup', namespace: 'default', name: 'all', uid: String(body.metadata.uid) };
  const conditions = [
    {
      type: 'BackendGroupActive',
      status: 'True',
      reason: 'Applied',
      message: '',
      lastTransitionTime: '2026-11-21T10:00:00Z',
    },
  ];
  write = () => writer.write(target as Parameters<StatusWriter['write']>[0], { conditions });
});
afterEach(() => cluster.stop());

async function conditionsOnIt(): Promise<unknown> {
  const { body } = await send(cluster, 'GET', `${groups}/all`);
  return (body.status as { conditions?: unknown[] } | undefined)?.conditions?.length;
}

describe('the definitions that the App Mesh controller left', () => {
  it('the definitions that the App Mesh controller left drop the status of a BackendGroup, which is reported with the command that helps', async () => {
    const error = await write().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PrunedFieldsError);
    expect((error as Error).message).toBe(
      'the API server dropped status.conditions of BackendGroup default/all: the CustomResourceDefinition of ' +
        `BackendGroup does not have it; expected the one of this project: ${applyDefinitions}`,
    );
    expect(await conditionsOnIt()).toBeUndefined();
  });

  it('the definitions that the App Mesh controller left conflict with ours by their field manager, and give in to force', async () => {
    const ours = JSON.stringify(ourDefinition());
    const path = `${definitions}/backendgroups.appmesh.k8s.aws?fieldManager=kubectl`;
    const { status, body } = await send(cluster, 'PATCH', path, ours, applyPatch);
    expect(status).toBe(409);
    expect(body.message).toContain('conflict with "helm" using apiextensions.k8s.io/v1');
    expect((await send(cluster, 'PATCH', `${path}&force=true`, ours, applyPatch)).status).toBe(200);
    await write();
    expect(await conditionsOnIt()).toBe(1);
  });

  it.skipIf(kubectlMissing)(
    'the definitions that the App Mesh controller left are replaced by the command that is documented',
    async () => {
      const [, ...args] = applyDefinitions.replace('deploy/crds', folder.pathname).split(' ');
      const unforced = args.filter((arg) => arg !== '--force-conflicts').join(' ');
      await expect(kubectl(cluster, unforced)).rejects.toThrow('conflict with "helm"');
      expect(await kubectl(cluster, args.join(' '))).toContain(
        'backendgroups.appmesh.k8s.aws serverside-applied',
      );
      await write();
      expect(await conditionsOnIt()).toBe(1);
    },
  );
});
