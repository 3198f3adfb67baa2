import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StatusWriter } from '../../../shared/adapters/kubernetes/status-writer.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RetryableError,
} from '../../../shared/model/errors.ts';
import type { StatusWriter as Port } from '../../../shared/ports/mesh-ports.ts';

let server: Server;
let code: number;
let asked: string[];
let lookUps: number;
let isKnown: boolean;
let writer: StatusWriter;
beforeEach(async () => {
  code = 200;
  asked = [];
  lookUps = 0;
  isKnown = true;
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    response
      .writeHead(code, { 'content-type': 'application/json' })
      .end('{"metadata":{"resourceVersion":"2"},"status":{"observedGeneration":1,"conditions":[]}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  writer = new StatusWriter(async () => {
    lookUps += 1;
    if (!isKnown) throw new RetryableError('EKS does not answer');
    return { server: `http://127.0.0.1:${port}` };
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const front = { kind: 'VirtualNode', namespace: 'shop', name: 'front', uid: 'u' } as const;
const mesh = { kind: 'Mesh', namespace: '', name: 'webapp', uid: 'u' } as const;

describe('the status of an object', () => {
  it('the status of an object is written to its path, mesh objects and pods alike', async () => {
    const port: Port = writer;
    await port.write(front, { observedGeneration: 1 });
    await port.write(mesh, { observedGeneration: 1 });
    await writer.write({ ...front, kind: 'Pod' }, { conditions: [] });
    const group = '/apis/appmesh.k8s.aws/v1beta2';
    expect(asked).toEqual([
      `PATCH ${group}/namespaces/shop/virtualnodes/front/status application/merge-patch+json`,
      `PATCH ${group}/meshes/webapp/status application/merge-patch+json`,
      'PATCH /api/v1/namespaces/shop/pods/front/status application/strategic-merge-patch+json',
    ]);
  });

  it('the status of an object needs the cluster looked up once, also for writes at the same time', async () => {
    expect(lookUps).toBe(0);
    await Promise.all([writer.write(front, {}), writer.write(mesh, {})]);
    await writer.write(front, {});
    expect(lookUps).toBe(1);
  });

  it.each([
    [404, NotFoundError],
    [409, ConflictError],
    [403, PermanentError],
  ])(
    'the status of an object that the API server refuses with %i says nothing about the cluster',
    async (refusal, type) => {
      code = refusal;
      await expect(writer.write(front, {})).rejects.toThrow(type);
      code = 200;
      await writer.write(front, {});
      expect(lookUps).toBe(1);
    },
  );

  it('the status of an object that could not be written for a passing reason has the cluster found again', async () => {
    code = 503;
    await expect(writer.write(front, {})).rejects.toThrow(RetryableError);
    code = 200;
    await writer.write(front, {});
    expect(lookUps).toBe(2);
  });

  it('the status of an object is written once the cluster can be found', async () => {
    isKnown = false;
    await expect(writer.write(front, {})).rejects.toThrow('EKS does not answer');
    isKnown = true;
    await writer.write(front, {});
    expect(lookUps).toBe(2);
  });
});
