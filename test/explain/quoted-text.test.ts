import { describe, expect, it } from 'vitest';
import { PermanentError, RetryableError } from '../../shared/model/errors.ts';
import { applyDefinitions } from '../../shared/model/kubernetes.ts';
import { aMesh, aNamespace, aNode } from '../mesh/harness/manifests.ts';
import { ExplainHarness } from './harness/harness.ts';
import { ObjectHarness } from './harness/object-harness.ts';

const front = { 'namespace/shop': {}, 'virtualnode/front': {} };
const pod = { 'pod/front-1': { ip: '10.0.0.1' } };

/** Texts that resemble another cause, as an attribute of a pod or a name could put them into AWS's message. */
const misleading = [
  'attribute Throttle is invalid',
  'RequestLimitExceeded is no attribute',
  'User: me is not authorized to perform: iam:PassRole on resource: *',
  'AccessDeniedException is the value of label error',
  'AccessDenied: RegisterInstance',
  'waits for virtualNode/shop/blue: Rate exceeded',
  applyDefinitions,
];

describe('text in a message of AWS does not change the cause', () => {
  it.each(misleading)(
    'text in a message of AWS does not change the cause of a registration that Cloud Map refuses: %s',
    async (message) => {
      const on = new ExplainHarness();
      const refusal = { operation: 'RegisterInstance', error: 'InvalidInput', times: 1_000 };
      on.harness.refusals.push({ ...refusal, message });
      await on.apply({ ...front, ...pod });
      const { answer, cause } = await on.pod('front-1');
      expect(cause).toMatchObject({ kind: 'RegistrationFailed', reason: expect.stringContaining(message) });
      expect(answer).toMatchObject({ missingPermissions: [] });
    },
  );

  it.each(misleading)(
    'text in a message of AWS does not change the cause of a read that fails: %s',
    async (message) => {
      const on = await ObjectHarness.of(aNamespace(), aMesh(), aNode('blue'));
      on.broken.set('meshRuns', new RetryableError(message));
      const { answer, cause } = await on.explained('VirtualNode blue');
      expect(cause.kind).toBe('ReadFailed');
      expect(answer.missingPermissions).toEqual([]);
    },
  );

  it.each(misleading)(
    'text in a message of AWS does not change the cause of a change that App Mesh refuses: %s',
    async (message) => {
      const on = new ObjectHarness();
      on.apply(aNamespace(), aMesh());
      await on.settle();
      const api = on.deps.appMesh(on.deps.cluster('local'));
      if (api === undefined) throw new Error('the cluster has a mesh target');
      api.create = async () => {
        throw new PermanentError(message);
      };
      on.apply(aNode('blue'));
      await on.settle();
      const { answer, cause } = await on.explained('VirtualNode blue');
      expect(cause).toMatchObject({ kind: 'Refused', reason: expect.stringContaining(message) });
      expect(answer.missingPermissions).toEqual([]);
    },
  );

  it.each(misleading)(
    'text in a message of AWS does not change the cause of a status that the API server refuses: %s',
    async (message) => {
      const on = new ObjectHarness();
      on.deps.statusWriter(on.deps.cluster('local')).write = async () => {
        throw new PermanentError(message);
      };
      on.apply(aNamespace(), aMesh(), aNode('blue'));
      await on.settle();
      const { answer, cause } = await on.explained('VirtualNode blue');
      expect(cause).toMatchObject({
        kind: 'StatusNotWritten',
        advice: expect.stringContaining('Give reconcile-mesh access to cluster'),
      });
      expect(answer.missingPermissions).toEqual([]);
    },
  );
});
