import { expect, it } from 'vitest';
import { nodeSpec } from '../specs.ts';
import { Bench, node } from './setup.ts';

const conflict = { code: 'ConflictException', status: 409 };
const ipv4 = nodeSpec({ serviceDiscovery: { dns: { hostname: 'blue.example', ipPreference: 'IPv4_ONLY' } } });

function withMesh(): Bench {
  const bench = new Bench();
  bench.mesh();
  return bench;
}

it('a request repeated with its token has no second effect', () => {
  const bench = withMesh();
  const create = node('blue', { clientToken: 'a' });
  expect(bench.call('CreateVirtualNode', create)).toEqual(bench.call('CreateVirtualNode', create));
  const update = node('blue', { clientToken: 'b', spec: ipv4 });
  expect(bench.call('UpdateVirtualNode', update)).toEqual(bench.call('UpdateVirtualNode', update));
  expect(bench.engine.snapshot().at(-1)).toMatchObject({ name: 'blue', version: 2, spec: ipv4 });
});

it('a token of another spec or of another name is ConflictException', () => {
  const bench = withMesh();
  bench.node('blue', { clientToken: 'a' });
  const others = [node('blue', { clientToken: 'a', spec: ipv4 }), node('green', { clientToken: 'a' })];
  for (const other of others) expect(bench.refusal('CreateVirtualNode', other)).toMatchObject(conflict);
});

it('an existing name with another token, or with none, is ConflictException', () => {
  const bench = withMesh();
  bench.node('blue', { clientToken: 'a' });
  for (const more of [{ clientToken: 'b' }, {}])
    expect(bench.refusal('CreateVirtualNode', node('blue', more))).toMatchObject(conflict);
});

it('each operation has tokens of its own', () => {
  const bench = withMesh();
  bench.node('blue', { clientToken: 'a' });
  expect(bench.call('UpdateVirtualNode', node('blue', { clientToken: 'a' }))).toMatchObject({
    metadata: { version: 2 },
  });
});

it('the first answer is repeated even when the resource has changed or gone since', () => {
  const bench = withMesh();
  const create = node('blue', { clientToken: 'a' });
  const first = bench.call('CreateVirtualNode', create);
  bench.call('UpdateVirtualNode', node('blue', { spec: ipv4 }));
  expect(bench.call('CreateVirtualNode', create)).toEqual(first);
  bench.call('DeleteVirtualNode', { meshName: 'm', virtualNodeName: 'blue' });
  expect(bench.call('CreateVirtualNode', create)).toEqual(first);
  expect(bench.engine.snapshot()).toHaveLength(1);
});

it('a token is forgotten after its time', () => {
  const bench = withMesh();
  bench.node('blue', { clientToken: 'a' });
  bench.clock.advance(bench.engine.settings.tokensForMs - 1);
  expect(bench.refusal('CreateVirtualNode', node('green', { clientToken: 'a' }))).toMatchObject(conflict);
  bench.clock.advance(1);
  bench.node('green', { clientToken: 'a' });
});

it('a request that failed leaves no token', () => {
  const bench = new Bench();
  const create = node('blue', { clientToken: 'a' });
  expect(bench.refusal('CreateVirtualNode', create)).toMatchObject({ code: 'NotFoundException' });
  bench.mesh();
  bench.call('CreateVirtualNode', create);
});

it('a request whose answer was lost is completed by its repetition', () => {
  const bench = withMesh();
  bench.engine.faults.failNext('CreateVirtualNode', 'lost-after');
  const create = node('blue', { clientToken: 'a' });
  expect(bench.refusal('CreateVirtualNode', create)).toMatchObject({
    name: 'LostAnswerError',
    applied: true,
  });
  expect(bench.call('CreateVirtualNode', create)).toMatchObject({ metadata: { version: 1 } });
  expect(bench.engine.snapshot()).toHaveLength(2);
});

it.each(['x'.repeat(37), '', 'a b', 'a.b'])('the token %j is BadRequestException', (clientToken) => {
  expect(withMesh().refusal('CreateVirtualNode', node('blue', { clientToken }))).toMatchObject({
    code: 'BadRequestException',
    message: 'clientToken: must be 1 to 36 letters, digits, - or _',
  });
});
